"""Appendix B.1 and B.2: every phrase, its accepted wordings, its slots, and the moment it is due."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.pack import Packs, ScriptError, load_packs
from scripts.phrases import BLANK, CallState, fill, phrase_now, said_as, wait_due

PACK = load_packs()[0].phrases


@pytest.mark.clause("B.1.1")
def test_twelve_service_words_each_one_key_away(packs: Packs) -> None:
    """You should see the twelve words of B.1.1 in their order, each on a key of its own."""
    words = packs.phrases.words()
    assert [word.text for word in words] == [
        "请问",
        "请讲",
        "您好",
        "对不起",
        "没关系",
        "别客气",
        "谢谢",
        "再见",
        "麻烦您",
        "不用谢",
        "很抱歉",
        "麻烦您再说一遍",
    ]
    assert len({word.key for word in words} - {""}) == 12


@pytest.mark.parametrize(
    ("phrase_id", "text"),
    [
        pytest.param("B.1.2.1", "您好，请问您需要什么帮助？", marks=pytest.mark.clause("B.1.2.1")),
        pytest.param("B.1.2.2", "新年好！请问您需要什么帮助？", marks=pytest.mark.clause("B.1.2.2")),
        pytest.param("B.1.2.3", "节日好！请问您需要什么帮助？", marks=pytest.mark.clause("B.1.2.3")),
        pytest.param("B.1.3.1", "请稍等，我帮您记录一下。", marks=pytest.mark.clause("B.1.3.1")),
        pytest.param("B.1.3.2", "请稍等，我帮您查询一下。", marks=pytest.mark.clause("B.1.3.2")),
        pytest.param("B.1.3.3", "对不起，我正在为您查询，请您再稍等一下。", marks=pytest.mark.clause("B.1.3.3")),
        pytest.param("B.1.4.2", "感谢您的来电，再见。", marks=pytest.mark.clause("B.1.4.2")),
        pytest.param("B.2.2", "麻烦您了，谢谢，再见。", marks=pytest.mark.clause("B.2.2")),
    ],
)
def test_phrases_stand_as_printed(packs: Packs, phrase_id: str, text: str) -> None:
    """You should see the sentence of the appendix word for word."""
    phrase = packs.phrases.phrase(phrase_id)
    assert (phrase.text, phrase.clause, phrase.addition) == (text, phrase_id, False)


@pytest.mark.clause("B.1.2.4")
def test_stems_of_asking_are_there(packs: Packs) -> None:
    """You should see 请稍等, 请问 and 麻烦您 as stems, and every question of an element built on one."""
    stems = [phrase for phrase in packs.phrases.phrases if phrase.clause == "B.1.2.4"]
    assert [fill(stem, {"question": "在哪里？", "request": "再说一遍"}).text for stem in stems] == [
        "请稍等。",
        "请问在哪里？",
        "麻烦您再说一遍",
    ]
    for element in packs.elements.elements:
        assert all(ask.startswith(("请问", "麻烦您")) for ask in (element.ask, *element.asks.values()))


@pytest.mark.clause("B.1.3.4")
def test_end_of_wait_has_two_apologies_and_two_findings(packs: Packs) -> None:
    """You should see 对不起 or 抱歉, 信息 or 电话, all four accepted, and the brackets of the print never shown."""
    phrase = packs.phrases.phrase("B.1.3.4")
    texts = [fill(phrase, {"answer": "65128080"}, form).text for form in range(len(phrase.forms))]
    assert len(set(texts)) == 4
    for sorry in ("对不起", "抱歉"):
        for what in ("信息", "电话"):
            assert f"{sorry}，让您久等了，帮您查询到的{what}是65128080。" in texts
            assert said_as(phrase, f"{sorry} 让您久等了 帮您查询到的{what}是 6512-8080")
    assert not any("（" in text for text in texts)
    assert not said_as(phrase, "对不起，让您久等了，帮您查询到的信息是")


@pytest.mark.clause("B.1.4.1")
def test_closing_question_has_three_forms(packs: Packs) -> None:
    """You should see each of the three questions accepted before the end of a call."""
    phrase = packs.phrases.phrase("B.1.4.1")
    assert phrase.forms == ("请问您还需要其他帮助吗？", "请问您还有其他问题要反映吗？", "请问您还有其他需要补充的吗？")
    assert all(said_as(phrase, form) for form in phrase.forms)


@pytest.mark.clause("B.2.1")
def test_call_to_the_unit_names_agent_and_matter(packs: Packs) -> None:
    """You should see the own number and the matter filled, with 咨询 or 反映."""
    phrase = packs.phrases.phrase("B.2.1")
    values = {"agent_no": "6012", "matter": "燃气泄漏"}
    assert fill(phrase, values).text == "您好，我是12345市民服务热线的6012号，有一位来电人向我们咨询燃气泄漏。"
    assert said_as(phrase, "您好我是12345市民服务热线的6012号，有一位来电人向我们反映燃气泄漏")


@pytest.mark.parametrize("given_values", [{}, {"agent_no": "XX", "matter": " "}, {"agent_no": "＿＿", "matter": "xx"}])
@pytest.mark.clause("B.2.1")
def test_a_slot_without_a_value_is_a_blank(packs: Packs, given_values: dict[str, str]) -> None:
    """You should see a blank to fill where a value is missing, and never "XX"."""
    filled = fill(packs.phrases.phrase("B.2.1"), given_values)
    assert filled.blanks == ("agent_no", "matter")
    assert filled.text.count(BLANK) == 2
    assert "X" not in filled.text.upper()


@pytest.mark.clause("5.3.3")
def test_before_hanging_up_question_rating_farewell(packs: Packs) -> None:
    """You should see B.1.4.1, then the rating prompt, then B.1.4.2, and then the end of the call."""
    order, step = [], packs.phrases.step("closing")
    while True:
        phrase = phrase_now(packs.phrases, CallState(step.id))
        assert phrase is not None
        order.append(phrase.id)
        if not step.next:
            break
        step = packs.phrases.step(step.next)
    assert order == ["B.1.4.1", "5.3.3", "B.1.4.2"]
    assert packs.phrases.phrase("5.3.3").addition


@pytest.mark.clause("B.3.1")
@pytest.mark.clause("B.3.2")
def test_a_unit_opens_and_verifies_as_printed(packs: Packs) -> None:
    """You should see both sentences with unit, claimant, day and matter filled, and other wordings accepted."""
    values = {
        "unit_name": "朝阳区望京街道办事处",
        "claimant": "何慧女士",
        "raised_day": "11月24日",
        "matter": "路灯不亮",
    }
    opening, verifying = packs.phrases.phrase("B.3.1"), packs.phrases.phrase("B.3.2")
    assert fill(opening, values).text == "您好，我是朝阳区望京街道办事处的工作人员，请问您是何慧女士吗？"
    assert (
        fill(verifying, values).text
        == "本次联系您是为了详细核实一下您于11月24日通过12345热线反映过关于路灯不亮的问题。"
    )
    assert said_as(opening, "您好，这里是望京街道，请问您是何女士吗？")
    assert not said_as(opening, "喂，是你投诉的吗？")


@pytest.mark.clause("B.3.3")
def test_the_result_has_nine_blanks_besides_the_day_and_none_is_spoken_as_xx(packs: Packs) -> None:
    """You should see each blank shown as one while it is empty, and also where somebody typed XX."""
    result = packs.phrases.phrase("B.3.3")
    blanks = set(result.slots) - {"raised_day"}
    assert len(blanks) == 9
    for typed in ("", "XX", "ＸＸ", "xx", "……"):
        filled = fill(result, {**dict.fromkeys(blanks, typed), "raised_day": "11月24日"})
        assert set(filled.blanks) == blanks
        assert filled.text.count(BLANK) == 9
        assert "x" not in filled.text.lower()


@pytest.mark.clause("B.3.3")
def test_the_other_outcomes_begin_like_it_and_are_marked_as_ours(packs: Packs) -> None:
    """You should see an addition for each outcome that the appendix has no words for."""
    added = [phrase for phrase in packs.phrases.phrases if phrase.step == "unit_result" and phrase.addition]
    beginning = packs.phrases.phrase("B.3.3").text.split("{matter}")[0]
    assert len(added) == 5
    assert all(phrase.text.startswith(beginning) for phrase in added)


@pytest.mark.clause("5.1.3.5")
def test_each_step_has_its_phrase(packs: Packs) -> None:
    """You should see the phrase of the step: greeting by day, recording, looking up, end of wait; silence to listen."""
    now = {step.id: phrase_now(packs.phrases, CallState(step.id, greeting="B.1.2.3")) for step in packs.phrases.steps}
    assert {step: phrase.id for step, phrase in now.items() if phrase} == {
        "greeting": "B.1.2.3",
        "recording": "B.1.3.1",
        "looking_up": "B.1.3.2",
        "wait_over": "B.1.3.4",
        "closing": "B.1.4.1",
        "rating": "5.3.3",
        "farewell": "B.1.4.2",
        "unit_opening": "B.2.1",
        "unit_closing": "B.2.2",
        "unit_contact": "B.3.1",
        "unit_verify": "B.3.2",
        "unit_result": "B.3.3",
    }
    assert [step.id for step in packs.phrases.steps if not step.optional][:5] == [
        "greeting",
        "asking",
        "closing",
        "rating",
        "farewell",
    ]


@pytest.mark.parametrize(
    ("waited", "shown", "due"),
    [
        (0.0, 0, False),
        (29.9, 0, False),
        (30.0, 0, False),
        (30.01, 0, True),
        (45.0, 1, False),
        (60.0, 1, False),
        (60.5, 1, True),
        (95.0, 2, True),
    ],
)
@pytest.mark.clause("B.1.3.3")
def test_wait_phrase_comes_after_more_than_thirty_seconds(packs: Packs, waited: float, shown: int, due: bool) -> None:
    """You should see the phrase past 30 s but not at 30.0, and again past each further 30 s."""
    phrase = phrase_now(packs.phrases, CallState("waiting", waited, shown))
    assert (phrase is not None) == due
    assert phrase is None or phrase.id == "B.1.3.3"


@pytest.mark.clause("B.1.3.3")
def test_saying_it_again_is_an_option() -> None:
    """You should see the phrase once only when the pack says so."""
    once = msgspec.structs.replace(PACK, waiting=msgspec.structs.replace(PACK.waiting, again=False))
    assert wait_due(once, 31.0, 0)
    assert not wait_due(once, 300.0, 1)


@given(st.text(max_size=300))
def test_recognising_never_fails(spoken: str) -> None:
    """You should see an answer for anything that can be said."""
    for phrase in PACK.phrases:
        assert said_as(phrase, spoken) in (True, False)


@pytest.mark.parametrize(
    "spoken", ["您好 请问您需要什么帮助", "您好,请问您需要什么帮助?", " 您 好，请问您需要什么帮助！ "]
)
@pytest.mark.clause("5.1.3.5")
def test_punctuation_and_spaces_do_not_matter(packs: Packs, spoken: str) -> None:
    """You should see the greeting recognised however it is punctuated, and another sentence not."""
    assert said_as(packs.phrases.phrase("B.1.2.1"), spoken)
    assert not said_as(packs.phrases.phrase("B.1.2.1"), "喂，什么事？")


def test_an_unknown_phrase_or_step_is_refused_in_words(packs: Packs) -> None:
    """You should see one sentence naming what was asked for."""
    with pytest.raises(ScriptError, match=r"B\.7"):
        packs.phrases.phrase("B.7")
    with pytest.raises(ScriptError, match="lunch"):
        phrase_now(packs.phrases, CallState("lunch"))
