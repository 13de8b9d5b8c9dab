"""What a field's value says: an answer, words for "will not tell" or "does not know", or nothing at all (2.6, C.3)."""

from scripts.element_pack import ASKED, Element, ElementPack
from scripts.matching import MAX_JUDGED, compiled

_NOT_A_VALUE = {"", "未提供", "待补充", "待核实"}


def given(value: str) -> str:
    """A field's value when it says something: not blank, not only punctuation, not a mark for "to be filled in"."""
    stripped = value.strip()
    if stripped in _NOT_A_VALUE or not any(map(str.isalnum, stripped[:MAX_JUDGED])):
        return ""
    return stripped


def refusal(pack: ElementPack, value: str) -> str:
    """How the value says that the element was asked for and not given (不愿提供, 不清楚), or nothing."""
    said = value.strip().rstrip("。.！!～~ ")[:MAX_JUDGED]
    if said in pack.answers:
        return pack.answers[said]
    rule = pack.refusals
    for mark, patterns in zip(ASKED, (rule.unwilling, rule.unknown), strict=True):
        if compiled((), patterns).fullmatch(said) and not compiled((), rule.blank).fullmatch(said):
            return mark
    return ""


def answer(pack: ElementPack, element: Element, value: str) -> str:
    """The value when it can be an answer: not blank, no refusal, and no word that says nothing (我, XX, 先生) where the
    element does not take it (没有 is an answer to what was done before)."""
    said = given(value)
    if not said or refusal(pack, said):
        return ""
    if compiled((), pack.refusals.blank).fullmatch(said.rstrip("。.！!～~ ")[:MAX_JUDGED]):
        return said if said in element.plain else ""
    return said
