"""Vague words and reproaching questions (5.1.3.4): what is found, and what is left alone."""

from itertools import pairwise

import pytest

from scripts.pack import Packs
from scripts.wording import check


@pytest.mark.parametrize(
    "text",
    [
        "可能明天能修好。", "大概三天就行。", "好像是归街道管。", "应该吧，您再等等。", "差不多下周能办完。", "也许可以报销。",
        "估计没问题。", "这个不好说。", "过段时间就好了。", "应该可以办理。",
    ],
)  # fmt: skip
@pytest.mark.clause("5.1.3.4c")
def test_vague_words_are_found(packs: Packs, text: str) -> None:
    """You should see the vague word, its place in the text, and better words."""
    findings = check(packs.wording, text)
    assert len(findings) == 1
    found = findings[0]
    assert (found.clause, text[slice(*found.span)]) == ("5.1.3.4c", found.text)
    assert found.advice


@pytest.mark.parametrize(
    "text",
    [
        "难道您不知道吗？", "难道这也要我教吗", "你怎么不早说？", "为什么不早打电话", "不是告诉你了吗？", "你没看通知吗？", "都跟您说过了吗",
        "跟你说了多少遍了", "谁让你不交费的", "凭什么你要先办", "听不懂吗", "您到底想问什么", "你急什么",
    ],
)  # fmt: skip
@pytest.mark.clause("5.1.3.4a")
def test_reproaching_questions_are_found(packs: Packs, text: str) -> None:
    """You should see a 质问 or 反问 found with better words."""
    assert {found.clause for found in check(packs.wording, text)} == {"5.1.3.4a"}


@pytest.mark.parametrize(
    "text",
    [
        "我们尽可能为您协调。", "存在漏电的可能性。", "墙体有可能倒塌，危及行人。", "燃气泄漏可能造成爆炸。", "不可能提前办理。",
        "诉求人称“可能是物业弄坏的，难道不该赔吗？”。", "应该由产权单位负责维修。", "请问您是什么时候发现的？", "您好，请问您需要什么帮助？",
        "依据规定，应当在15日内办结。", "低估计算误差", "麻烦您再说一遍。",
    ],
)  # fmt: skip
@pytest.mark.clause("5.1.3.4c")
def test_innocent_uses_and_quoted_words_are_left_alone(packs: Packs, text: str) -> None:
    """You should see no alarm on innocent uses, nor on what the claimant said in full-width marks."""
    assert check(packs.wording, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "来电人称可能是管道老化。", "诉求人怀疑是楼上漏的，估计有半个月了。", "李女士反映难道没有人管吗？", "我家的暖气大概十五度。", "物业说过段时间就修。",
        "业主表示好像是开发商偷工减料。", "据邻居说似乎要拆迁。", "他问凭什么你们不管。",
    ],
)  # fmt: skip
@pytest.mark.clause("5.1.3.4c")
@pytest.mark.clause("5.1.4.1")
def test_what_is_told_as_the_claimants_is_written_as_it_was_said(packs: Packs, text: str) -> None:
    """You should see no fault found with the words of the claimant or of a third party that the record tells."""
    assert check(packs.wording, text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("诉求人称好像漏水，已告知其大概三天有人联系。", ["大概"]),
        ("来电人称可能停水。大概明天能修好。", ["大概"]),
        ("坐席应该能查到，来电人称可能记错了。", ["应该能"]),
        ("答复来电人：应该可以办理。", ["应该可以"]),
        ("经核实，估计下周完工。", ["估计"]),
    ],
)
@pytest.mark.clause("5.1.3.4c")
def test_the_answer_is_judged_beside_the_claimants_words(packs: Packs, text: str, words: list[str]) -> None:
    """You should see what the desk or the unit answers judged, before and after what the claimant says."""
    assert [found.text for found in check(packs.wording, text)] == words


@pytest.mark.clause("5.1.3.4a")
def test_the_standards_own_phrases_pass(packs: Packs) -> None:
    """You should see no phrase of B.1, no question of an element and no explanation found fault with."""
    texts = [form for phrase in packs.phrases.phrases for form in phrase.forms]
    texts += [element.ask for element in packs.elements.elements]
    texts += [route.explanation + route.question for route in packs.scope.routes]
    assert {text: found for text in texts if (found := check(packs.wording, text))} == {}


@pytest.mark.clause("5.1.3.4c")
def test_findings_come_in_order_and_do_not_overlap(packs: Packs) -> None:
    """You should see each place once, from left to right."""
    found = check(packs.wording, "可能行，大概也许吧。难道你怎么不早说吗？")
    spans = [each.span for each in found]
    assert spans == sorted(spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert len(found) == 4
