"""Leading wording of callback staff (5.4.4): what a finding says, what is left alone, and that no text is too much."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.matching import MAX_JUDGED, MAX_WAYS, check_ways
from scripts.neutrality import MAX_EXPRESSION, MAX_RULES, leading
from scripts.pack import SHIPPED, PackError, Packs, load_packs
from scripts.reading import Check
from tests.scripts.test_neutrality_labelled import sentences

SHIPPED_TEXT = (SHIPPED / "neutrality.toml").read_text("utf-8")
LEADING = [text for name in ("first", "kinds") for text in sentences(name)["leading"]]
QUESTIONS = {"B.4.2", "B.4.3", "B.4.4", "B.4.5"}

# words of the rules, what joins them, what nobody sees, and anything else
PIECES = st.sampled_from(
    ["您", "满意", "不满意", "非常", "解决", "联系", "应该", "对", "吧", "了", "给", "打", "好评", "他们", "尽力", "，", "。", "？", "“", "”", "\n", " ", "\u200b", "\0", "吗", "是不是", "还是"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join))


@pytest.mark.clause("5.4.4")
@pytest.mark.parametrize(
    ("text", "rule", "question"),
    [
        ("单位联系过您了对吧？", "contact-presumed", "B.4.2"),
        ("已经解决了对吧？", "solved-presumed", "B.4.3"),
        ("您应该满意吧？", "satisfied-presumed", "B.4.4"),
        ("您对处理情况满意吗？", "one-grade-asked", "B.4.4"),
        ("您是满意还是非常满意？", "grades-left-out", "B.4.4"),
        ("是效率、态度还是质量？", "aspects-as-choice", "B.4.5"),
        ("是不是因为他们说话难听？", "reason-suggested", "B.4.5"),
        ("帮我打个好评。", "rating-asked-for", "B.4.4"),
        ("我们工作人员也不容易。", "pleading", ""),
        ("不满意的话还得再跑一趟。", "low-has-a-price", ""),
        ("打了满意这事就结了。", "high-has-a-reward", ""),
        ("下回优先给您办。", "high-has-a-reward", ""),
        ("那我就给您记成解决了。", "answered-for", ""),
        ("要我说，处理得可以。", "own-verdict", ""),
        ("这点小事。", "made-small", ""),
        ("政策就是这样。", "unit-defended", ""),
        ("他们已经尽力了。", "unit-praised", ""),
        ("别人都说好。", "others-say", ""),
        ("是不是比以前强多了？", "evaluative", ""),
        ("按1是非常满意。", "rating-asked-for", "B.4.4"),
        ("那边现在凉快吧？", "tag-added", ""),
        ("何必跟临时工过不去呢。", "rhetorical", ""),
        ("反正水也通了。", "persuading", ""),
        ("您心里肯定清楚。", "mind-guessed", ""),
        ("这事就别再提了。", "told-to-stop", ""),
        ("小刘还在试用期。", "what-hangs-on-it", ""),
        ("垃圾早就清走了。", "state-told", ""),
        ("慢一点也很正常的。", "told-not-asked", ""),
    ],
)
def test_a_finding_says_what_is_wrong_and_what_to_say(packs: Packs, text: str, rule: str, question: str) -> None:
    """You should see the place, the clause, a reason, better words and the question of B.4 to read instead."""
    found = leading(packs.neutrality, text)[0]
    assert (found.rule, found.question, found.clause) == (rule, question, "5.4.4")
    assert text[slice(*found.span)] == found.text
    assert found.advice
    assert found.reason.endswith("。")


@pytest.mark.clause("5.4.4")
def test_each_rule_is_sound_and_no_advice_leads(packs: Packs) -> None:
    """You should see each rule cite 5.4.4, a question of B.4 or none, a reason of one sentence, and neutral advice."""
    for rule in packs.neutrality.rules:
        assert rule.clause == "5.4.4"
        assert rule.question in {*QUESTIONS, ""}
        assert rule.reason.count("。") == 1
        assert leading(packs.neutrality, rule.advice) == []
    assert {rule.question for rule in packs.neutrality.rules} == {*QUESTIONS, ""}


@pytest.mark.clause("5.4.4")
@pytest.mark.parametrize(
    "text",
    [
        "您好，我是12345市民服务热线的回访人员，请问您是王女士吗？本次联系您是为了做回访调查。",
        "针对您之前反映的路灯问题，承办单位是否联系或尝试与您联系？",
        "曾通过电话、上门、短信等各种方式联系您",
        "您反映的问题是否得到解决？",
        "对问题的处理情况是非常满意、满意、基本满意、不满意、非常不满意？",
        "请问您对哪方面不满意？",
        "感谢您的配合，不打扰了，再见。",
    ],
)
def test_the_phrases_of_the_standard_pass(packs: Packs, text: str) -> None:
    """You should see no phrase of B.4 found fault with."""
    assert leading(packs.neutrality, text) == []


@pytest.mark.clause("5.4.4")
def test_examples_of_dissatisfaction_pass_as_examples_only(packs: Packs) -> None:
    """You should see B.4.5's three aspects pass when named as examples with an open end, and found when read as a choice."""
    aspects = "职能部门办事效率、办事人员态度、解决问题质量"
    assert leading(packs.neutrality, f"您对哪方面不满意？比如{aspects}，或者其他方面。") == []
    assert [found.question for found in leading(packs.neutrality, f"您对{aspects}哪个不满意？")] == ["B.4.5"]


@pytest.mark.clause("5.4.4")
@given(text=st.sampled_from(LEADING))
def test_words_in_full_width_marks_are_the_claimants(packs: Packs, text: str) -> None:
    """You should see any leading sentence found as the agent's and pass as the claimant's own words."""
    assert leading(packs.neutrality, f"“{text}”") == []
    assert leading(packs.neutrality, f"您刚才说“{text}”，我这样记录可以吗？") == []


@pytest.mark.clause("5.4.4")
def test_marks_that_quote_nothing_hide_nothing(packs: Packs) -> None:
    """You should see an open mark, and plain or angled ones, judged, and a leading sentence after a quotation too."""
    for text in ("“您应该满意吧", "\"您应该满意吧\"", "「您应该满意吧」", "您说“修好了”，那您应该满意吧", "“您说“修好了”，那您应该满意吧"):  # fmt: skip
        assert [found.rule for found in leading(packs.neutrality, text)] == ["satisfied-presumed"]


@pytest.mark.clause("5.4.4")
@given(text=TEXTS)
def test_any_text_is_judged_the_same_twice_and_in_order(packs: Packs, text: str) -> None:
    """You should see findings that lie in the text, one after the other, and the same ones when asked again."""
    found = leading(packs.neutrality, text)
    assert found == leading(packs.neutrality, text)
    assert all(text[slice(*each.span)] == each.text and each.text for each in found)
    assert all(left.span[1] <= right.span[0] for left, right in pairwise(found))


@pytest.mark.clause("5.4.4")
@given(text=TEXTS.map(lambda text: text.replace("“", "").replace("”", "")))
def test_anything_at_all_passes_when_quoted(packs: Packs, text: str) -> None:
    """You should see nothing found between full-width marks."""
    assert leading(packs.neutrality, f"“{text}”") == []


@pytest.mark.clause("5.4.4")
@pytest.mark.parametrize("unseen", ["\u200b", "\x00", "\u202e", "\ufeff", "\x1b", "\u00ad"])
def test_characters_that_nobody_sees_hide_nothing(packs: Packs, unseen: str) -> None:
    """You should see the sentence found with its unseen characters, in the places of the text as it was typed."""
    text = unseen.join("好的，您应该满意吧？")
    (found,) = leading(packs.neutrality, text)
    assert found.text == text[slice(*found.span)]
    assert found.text.replace(unseen, "") == "应该满意"


@pytest.mark.clause("5.4.4")
def test_a_huge_paste_is_judged_at_its_head(packs: Packs) -> None:
    """You should see a megabyte answered, and nothing found beyond what is judged."""
    for text in ("您应该满意吧，" * 150_000, "“" * 1_000_000, "满" * 1_000_000, "\0" * 1_000_000):
        assert all(found.span[1] <= MAX_JUDGED for found in leading(packs.neutrality, text))
    assert leading(packs.neutrality, "您" * MAX_JUDGED + "应该满意吧") == []


# (what is broken, (text of the shipped file, text put for it), entry that must be named, words of the reason)
MANY = "\n".join(
    f'[[rules]]\nid = "r{at}"\nlabel = "x"\nclause = "5.4.4"\nreason = "x"\nadvice = "x"\nwords = ["x"]'
    for at in range(MAX_RULES)
)
BROKEN = [
    ("wide", ("'从非常满意到非常不满意'", "'甲.{0,30}乙.{0,30}丙.{0,30}丁'"), "neutral", "太多，会很慢"),
    ("optional", ("'从非常满意到非常不满意'", f"'{'甲?' * 20}乙'"), "neutral", "太多，会很慢"),
    ("long", ("'从非常满意到非常不满意'", f"'{'甲' * (MAX_EXPRESSION + 1)}'"), "neutral", "展开后超过"),
    ("endless", ("'从非常满意到非常不满意'", "'甲.*乙'"), "neutral", "没有上限"),
    ("crooked", ("'从非常满意到非常不满意'", "'甲('"), "neutral", "正则表达式"),
    ("unknown part", ("{praise}'", "{prize}'"), "satisfied-presumed", "prize"),
    ("part too soon", ("any = '", "any = '{end}"), "parts any", "end"),
    ("unknown question", ('question = "B.4.2"', 'question = "B.4.9"'), "contact-presumed", "B.4.9"),
    ("blank reason", ('reason = "诉求人没有这样说，是替他选了答案。"', 'reason = " "'), "answered-for", "reason 不能为空"),
    ("same rule twice", ('id = "others-say"', 'id = "evaluative"'), "evaluative", "重复"),
    ("too many", ("# --- begging", MANY), "rules", f"规则超过 {MAX_RULES} 条"),
]  # fmt: skip


@pytest.mark.clause("5.4.4")
@pytest.mark.parametrize(("change", "entry", "reason"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_pack_that_could_stall_or_fail_is_refused(
    tmp_path: Path, change: tuple[str, str], entry: str, reason: str
) -> None:
    """You should see the entry and the reason, and the shipped pack in force."""
    assert change[0] in SHIPPED_TEXT
    (tmp_path / "neutrality.toml").write_text(SHIPPED_TEXT.replace(*change, 1), "utf-8")
    packs, (error,) = load_packs(tmp_path)
    assert (error.file, error.entry) == ("neutrality.toml", entry)
    assert reason in error.reason
    assert packs.neutrality.source == str(SHIPPED / "neutrality.toml")


@pytest.mark.parametrize(
    ("pattern", "refused"),
    [
        (".{0,30}", False),
        (".{0,30}.{0,30}.{0,4}", False),
        (".{0,30}.{0,30}.{0,9}", True),
        ("(?:.{0,30}.{0,30}|甲).{0,9}", True),
        ("(?:.{0,30}|.{0,30}|.{0,30})", False),
        ("[?{0,9}]?", False),
        (r"\(\?甲{4}", False),
        ("(?:甲?乙?丙?丁?){0,1}", False),
        ("(?=.{0,30})(?:甲|(?:.{0,30}.{0,9})?)", True),
        ("甲?" * 12, False),
        ("甲?" * 13, True),
    ],
)
def test_the_ways_of_a_pattern_are_counted(pattern: str, refused: bool) -> None:
    """You should see repetitions multiplied, alternatives not, and marks inside classes and escapes read as text."""
    check = Check("x.toml", (), True)
    if not refused:
        return check_ways(check, "规则", (pattern,))
    with pytest.raises(PackError, match="会很慢"):
        check_ways(check, "规则", (pattern,))
    return None


def test_a_shipped_pattern_is_within_the_limits() -> None:
    """You should see the shipped pack compile whole, as `hotline verify` does it."""
    assert load_packs(compile_all=True)[1] == []
    assert MAX_WAYS == 5_000
