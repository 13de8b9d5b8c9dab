"""Learning from a file of history, and the command that does it."""

import json
from collections import Counter
from pathlib import Path

import pytest

from console.house import House
from console.suggest.features import runs
from console.suggest.history import HistoryError, train_from
from console.suggest.model import Head, Model, write_model
from console.suggest.train import Example, TrainingError, train

HISTORY = [
    {"title": f"渔船{word}", "text": f"{word}，请渔政来看看", "topic": topic, "type": "求助", "unit": "市水务局"}
    for word, topic in (
        ("柴油补贴没有到账", "渔船"), ("柴油补贴标准是多少", "渔船"), ("鱼塘缺氧翻塘", "养鱼"), ("鱼塘水质发黑缺氧", "养鱼"),
    )
]  # fmt: skip


def write(path: Path, records: list[dict[str, str]]) -> Path:
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    return path


@pytest.mark.clause("5.2.2.1.5")
def test_history_with_topics_of_its_own_replaces_the_shipped_topics(hotline, cli_home: Path, tmp_path: Path) -> None:
    """You should see the city's own topics suggested after training, and the shape of the contract."""
    pytest.importorskip("sklearn", reason="training needs scikit-learn (extra train)")
    ran = hotline("suggest", "--train", str(write(tmp_path / "h.jsonl", HISTORY)), "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert (told["read"], told["learned"]["topic"], told["passed_over"]) == (4, 8, {})
    ran = hotline("suggest", "朝阳区的鱼塘缺氧了", "--json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert list(found) == ["type", "topic", "urgency", "units", "place"]
    assert {each["value"] for each in found["topic"]} == {"渔船", "养鱼"}
    assert found["topic"][0]["value"] == "养鱼"
    assert set(found["topic"][0]) == set(found["type"][0]) == {"value", "score"}
    assert set(found["urgency"]) == {"kinds", "because"}
    assert all(set(each) == {"unit", "score", "because"} for each in found["units"])
    assert found["place"] == {"district": "朝阳区", "street": "", "matched": ["朝阳区"]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"title": "a"', r"第 1 行：不是一件诉求"),
        ('{"title": "a", "topic": "b"}\n[]', r"第 2 行：不是一件诉求"),
        ('{"title": 3}', r"第 1 行"),
        ('"' + "a" * 1_000_001 + '"', r"第 1 行：一行过长"),
    ],
)
def test_a_faulty_line_is_refused_and_the_model_stays(house: House, tmp_path: Path, content: str, message: str) -> None:
    """You should see file, line and reason, and no model written."""
    path = tmp_path / "h.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(HistoryError, match=message):
        train_from(path, house.reference, house.home.suggest_model)
    with pytest.raises(HistoryError, match="读不出"):
        train_from(tmp_path / "nothing", house.reference, house.home.suggest_model)
    assert not house.home.suggest_model.exists()


def test_nothing_to_tell_apart_is_refused(tmp_path: Path) -> None:
    """You should see what is needed."""
    pytest.importorskip("sklearn", reason="training needs scikit-learn (extra train)")
    with pytest.raises(TrainingError, match="至少要有两种不同"):
        train([Example("停水", {"topic": "供水"}), Example("停水", {"topic": "供水"})], tmp_path / "m")
    with pytest.raises(TrainingError, match="至少要有两种不同"):
        train([], tmp_path / "m")


def test_without_scikit_learn_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see which extra to install."""
    monkeypatch.setitem(__import__("sys").modules, "sklearn.svm", None)
    with pytest.raises(TrainingError, match=r"hotline-console\[train\]"):
        train([Example("停水", {"topic": "供水"})], tmp_path / "m")


def test_answers_nobody_knows_are_passed_over_and_counted(house: House, tmp_path: Path) -> None:
    """You should see the unknown unit and type counted, and the rest learned."""
    pytest.importorskip("sklearn", reason="training needs scikit-learn (extra train)")
    odd = [*HISTORY, {"title": "x", "text": "", "unit": "天宫", "type": "表扬"}, {"title": " "}]
    trained = train_from(write(tmp_path / "h.jsonl", odd), house.reference, house.home.suggest_model)
    assert trained.passed_over == {"单位“天宫”": 1, "类型“表扬”": 1, "没有标题和正文": 1}
    assert trained.learned["topic"] == 8


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    """You should see the answer whose runs the text has, and these runs as the reason."""
    runs = ["停水", "停电", "停", "水", "电"]
    heads = [Head("topic", ("供水", "供电"), [[1.0, -1.0, 0.0, 0.5, -0.5], [-1.0, 1.0, 0.0, -0.5, 0.5]], [0.0, 0.0])]
    write_model(tmp_path / "m", runs, [2.0, 2.0, 1.0, 1.5, 1.5], heads, {"topic": 2})
    model = Model(tmp_path / "m")
    assert model.heads == {"topic": ("供水", "供电")}
    assert model.told == {"topic": 2}
    first = model.weigh("家里停水了")["topic"][0]
    assert first.value == "供水"
    assert first.score > 0.9
    assert model.why("家里停水了", "topic", "供水") == ("停水",)
    assert model.weigh("")["topic"] == []


def test_longer_runs_count_where_they_are_words() -> None:
    """You should see every character and pair, and of the longer runs only the words."""
    assert runs("公积金提取", {"公积金"}) == Counter(
        ["公", "积", "金", "提", "取", "公积", "积金", "金提", "提取", "公积金"]
    )


def test_a_word_of_the_dictionary_counts_more_than_a_chance_pair(tmp_path: Path) -> None:
    """You should see 停水 weigh twice what 水了 does, which is no word and as rare."""
    pytest.importorskip("sklearn", reason="training needs scikit-learn (extra train)")
    examples = [("停水了", "供水"), ("停水了", "供水"), ("路灯", "照明"), ("路灯", "照明")]
    train([Example(text, {"topic": topic}) for text, topic in examples], tmp_path / "m")
    rare = Model(tmp_path / "m").rareness(["停水", "水了"])
    assert rare["停水"] == pytest.approx(2 * rare["水了"])


def test_without_a_readable_dictionary_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see jieba named, and no model written."""
    pytest.importorskip("sklearn", reason="training needs scikit-learn (extra train)")
    monkeypatch.setattr("kb.table._dictionary_files", lambda: (tmp_path / "dict.txt", tmp_path / "prob_emit.py"))
    with pytest.raises(TrainingError, match="jieba"):
        train([Example("停水", {"topic": "供水"}), Example("停电", {"topic": "供电"})], tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_the_command_learns_what_people_chose(hotline, cli_home: Path) -> None:
    """You should see how many tickets were learned from: none in a new installation."""
    ran = hotline("suggest", "--learn", "--json")
    assert (ran.code, json.loads(ran.out)) == (0, {"learned": 0})


def test_the_time_of_the_call_brings_times(hotline) -> None:
    """You should see the words and the time they mean beside the contract's five parts."""
    ran = hotline("suggest", "昨晚十点停水", "--at", "2026-11-24T10:30", "--json")
    (time,) = json.loads(ran.out)["times"]
    assert (time["text"], time["start"]) == ("昨晚十点", "2026-11-23T22:00:00+08:00")
    shown = hotline("suggest", "昨晚十点停水", "--at", "2026-11-24T10:30").out
    assert "时间：2026年11月23日（周一）22时00分（文中“昨晚十点”，请确认）" in shown


@pytest.mark.parametrize("args", [(), ("a", "--learn"), ("--learn", "--train", "x"), ("a", "--at", "明天")])
def test_wrong_usage_is_exit_two(hotline, args: tuple[str, ...]) -> None:
    """You should see one sentence that points to the help."""
    ran = hotline("suggest", *args)
    assert ran.code == 2
    assert "--help" in ran.err
