"""Loading packs: what is refused, how it is said, and that the shipped pack stands in."""

import time
from dataclasses import fields
from pathlib import Path

import pytest

from scripts.kinds import REQUEST_TYPES, URGENCY_KINDS
from scripts.matching import check_matching
from scripts.pack import SHIPPED, PackError, load_packs
from scripts.reading import MAX_PACK_BYTES, Check

PHRASES = (SHIPPED / "phrases.toml").read_text("utf-8")
ELEMENTS = (SHIPPED / "elements.toml").read_text("utf-8")
URGENCY = (SHIPPED / "urgency.toml").read_text("utf-8")
FAREWELL = 'clause = "B.1.4.2"\nstep = "farewell"\ntext = "感谢您的来电，再见。"'

# (what is broken, file, (text of the shipped file, text put for it), entry that must be named, words of the reason)
BROKEN = [
    (
        "missing slot",
        "phrases.toml",
        ('slots = ["agent_no", "matter"]', 'slots = ["agent_no"]'),
        "B.2.1",
        "没有声明的空位 matter",
    ),
    (
        "unused slot",
        "phrases.toml",
        ('slots = ["question"]', 'slots = ["question", "answer"]'),
        "B.1.2.4-2",
        "声明了空位 answer",
    ),
    ("undeclared slot", "phrases.toml", ('matter = "来电事项"\n', ""), "B.2.1", "没有列在 [slots] 里"),
    (
        "unknown clause",
        "phrases.toml",
        ('clause = "B.1.3.3"', 'clause = "B.9.9"'),
        "B.1.3.3",
        "B.9.9 不在 clauses.toml",
    ),
    ("duplicate id", "phrases.toml", ('id = "B.1.3.2"', 'id = "B.1.3.1"'), "B.1.3.1", "重复"),
    ("broken TOML", "phrases.toml", ('id = "B.1.3.2"', 'id = "B.1.3.2'), "第 ", "TOML 写法有误"),
    (
        "wrong type",
        "phrases.toml",
        ("after_seconds = 30", 'after_seconds = "30"'),
        "waiting after_seconds",
        "应为数，实为文字",
    ),
    ("missing field", "phrases.toml", (FAREWELL, 'step = "farewell"\ntext = "再见"'), "B.1.4.2", "缺少字段 clause"),
    ("unknown field", "phrases.toml", (FAREWELL, FAREWELL + "\ncolour = 1"), "B.1.4.2", "不认识的字段 colour"),
    (
        "printed XX",
        "phrases.toml",
        ('{agent_no}号，有一位来电人向我们咨询{matter}。"\naccepted', 'XX号。"\naccepted'),
        "B.2.1",
        "XX",
    ),
    ("printed dots", "phrases.toml", ('text = "请问{question}"', 'text = "请问……{question}"'), "B.1.2.4-2", "省略号"),
    (
        "half a brace",
        "phrases.toml",
        ('text = "麻烦您{request}"', 'text = "麻烦您{request}{"'),
        "B.1.2.4-3",
        "括号不成对",
    ),
    ("endless call", "phrases.toml", ('label = "结束语"', 'label = "结束语"\nnext = "closing"'), "greeting", "成了圈"),
    ("unknown step", "phrases.toml", ('step = "farewell"', 'step = "goodbye"'), "B.1.4.2", "goodbye"),
    (
        "unknown greeting",
        "phrases.toml",
        ('daily = "B.1.2.1"', 'daily = "B.1.4.2"'),
        "greetings",
        "不是 phrases 里的首问语",
    ),
    ("bad date", "phrases.toml", ('days = ["01-01"]', 'days = ["1月1日"]'), "元旦", "月-日"),
    ("two phrases on a key", "phrases.toml", ('key = "2"', 'key = "1"'), "1", "按键重复"),
    ("bad pattern", "elements.toml", ("d = '[0-9０-９]'", "d = '[0-9'"), "time", "正则表达式"),
    ("runaway pattern", "elements.toml", ("'天安门|故宫|首都机场',", "'(?:天安门){1,9}',"), "place", "重复了一个括号"),
    ("unbounded pattern", "elements.toml", ("'天安门|故宫|首都机场',", "'天安门.*',"), "place", "没有上限"),
    ("pattern of nothing", "elements.toml", ("'天安门|故宫|首都机场',", "'(?:天安门)?',"), "place", "空文字"),
    ("unknown part", "elements.toml", ("'天安门|故宫|首都机场',", "'{nowhere}站',"), "place", "nowhere"),
    ("kind forgotten", "elements.toml", ('name = "疫情"', 'name = "疫病"'), "kinds", "缺少 疫情"),
    (
        "unknown element",
        "elements.toml",
        ('"channel", "manner", "act"]\nurgent', '"channel", "manner", "motive"]\nurgent'),
        "不稳定因素",
        "motive",
    ),
    ("curt question", "elements.toml", ('ask = "请问您怎么称呼？"', 'ask = "姓名？"'), "name", "B.1.2.4"),
    (
        "claims the standard",
        "elements.toml",
        ('complete = "附录C所列要素齐全"', 'complete = "按标准完整"'),
        "complete",
        "等要素",
    ),
    ("yields to nobody", "urgency.toml", ('yields_to = ["突发事件"]', 'yields_to = ["突发"]'), "其他可能", "突发"),
    ("nothing at all", "limits.toml", ("", ""), "文件开头", "缺少字段"),
    ("no such pack", "phrase.toml", ("", "a = 1"), "文件名", "不是认识的包"),
]


@pytest.mark.parametrize(
    ("name", "change", "entry", "reason"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
@pytest.mark.clause("5.1.3.5")
def test_a_broken_pack_is_refused_and_the_shipped_one_used(
    tmp_path: Path, name: str, change: tuple[str, str], entry: str, reason: str
) -> None:
    """You should see file, entry and reason in the error, and the shipped phrases in force."""
    old, new = change
    shipped = {"phrases.toml": PHRASES, "elements.toml": ELEMENTS, "urgency.toml": URGENCY}.get(name, "")
    assert old in shipped
    (tmp_path / name).write_text(shipped.replace(old, new) if old else new, "utf-8")
    packs, refused = load_packs(tmp_path)
    assert len(refused) == 1
    error = refused[0]
    assert isinstance(error, PackError)
    assert (error.file, error.entry[: len(entry)]) == (name, entry)
    assert reason in error.reason
    assert name in str(error)
    assert entry in str(error)
    assert packs.phrases.source == str(SHIPPED / "phrases.toml")
    assert packs.elements.source == str(SHIPPED / "elements.toml")


def test_a_huge_or_undecodable_pack_is_refused(tmp_path: Path) -> None:
    """You should see a size limit and a hint to save as UTF-8, not a stalled start or a traceback."""
    (tmp_path / "phrases.toml").write_bytes(b"#" * (MAX_PACK_BYTES + 1))
    (tmp_path / "scope.toml").write_bytes('text = "您好"'.encode("gb18030"))
    (tmp_path / "limits.toml").mkdir()
    _, refused = load_packs(tmp_path)
    reasons = {error.file: error.reason for error in refused}
    assert "超过" in reasons["phrases.toml"]
    assert "UTF-8" in reasons["scope.toml"]
    assert "读不了" in reasons["limits.toml"]


def test_a_citys_pack_replaces_the_shipped_one(tmp_path: Path) -> None:
    """You should see the city's own words, and where they come from, while other packs stay as shipped."""
    own = PHRASES.replace("感谢您的来电，再见。", "感谢来电，祝您生活愉快，再见。").replace(
        'version = "1"', 'version = "津-2"'
    )
    (tmp_path / "phrases.toml").write_text("\ufeff" + own.replace("\n", "\r\n"), "utf-8")
    packs, refused = load_packs(tmp_path)
    assert refused == []
    assert packs.phrases.phrase("B.1.4.2").text == "感谢来电，祝您生活愉快，再见。"
    assert (packs.phrases.version, packs.phrases.source) == ("津-2", str(tmp_path / "phrases.toml"))
    assert packs.limits.source == str(SHIPPED / "limits.toml")


def test_a_city_may_renumber_clauses(tmp_path: Path) -> None:
    """You should see the published numbering accepted in a city's pack without any change of code."""
    clauses = 'standard = "DB11/T 2021—2022"\nversion = "2"\n[clauses]\n"B.1.9.9" = "新编号"\n'
    (tmp_path / "clauses.toml").write_text(clauses, "utf-8")
    (tmp_path / "phrases.toml").write_text(PHRASES.replace('clause = "B.1.3.3"', 'clause = "B.1.9.9"'), "utf-8")
    packs, refused = load_packs(tmp_path)
    assert refused == []
    assert packs.phrases.phrase("B.1.3.3").clause == "B.1.9.9"
    assert packs.clauses.title("B.1.9.9") == "新编号"


def test_the_shipped_packs_are_sound() -> None:
    """You should see every shipped pattern compile, each pack versioned and from the same standard."""
    packs, refused = load_packs(compile_all=True)
    assert refused == []
    shipped = [getattr(packs, each.name) for each in fields(packs)]
    assert {pack.standard for pack in shipped} == {"DB11/T 12345热线服务与管理规范（征求意见稿）"}
    assert all(pack.version and Path(pack.source).is_file() for pack in shipped)
    assert packs.clauses.title("C.4") == "不稳定因素类电话"


def test_a_missing_folder_is_no_fault(tmp_path: Path) -> None:
    """You should see the shipped packs when no city folder exists."""
    assert load_packs(tmp_path / "none")[1] == []
    assert load_packs(None)[1] == []


@pytest.mark.parametrize("pattern", ["a+", "a{2,}", "a{1,99}", "(?:ab){2}", "[a]{1,}", r"\d+", "[^]a]*b", "(a|b)*c"])
def test_patterns_that_could_run_away_are_refused(pattern: str) -> None:
    """You should see every repetition without a bound, or of a group, refused."""
    with pytest.raises(PackError):
        check_matching(Check("x.toml", (), True), "规则", (), (pattern,))


@pytest.mark.parametrize(
    "pattern", [r"a\+", "[+*]", "a{1,30}", r"\{2,\}", "(?:ab)?c", "[^]*]x", r"[\]+]{0,3}y", "a{4}"]
)
def test_patterns_with_bounds_are_taken(pattern: str) -> None:
    """You should see escapes and character classes read rightly."""
    check_matching(Check("x.toml", (), True), "规则", (), (pattern,))


def test_loading_is_fast() -> None:
    """You should see all packs loaded in a fraction of a second of processor time, patterns left for later."""
    started = time.process_time()
    load_packs()
    assert time.process_time() - started < 0.5


def test_kind_names_are_those_of_the_record() -> None:
    """You should see the packs cover the same kinds that a record may hold."""
    record = pytest.importorskip("data.record")
    assert set(record.REQUEST_TYPES) <= set(REQUEST_TYPES)
    assert tuple(record.URGENCY_KINDS) == URGENCY_KINDS
