"""Breaking Chinese into lines."""

import pytest
from rich.cells import cell_len

from console.wrapping import wrap

TEXT = "响铃时接听；通话中把“现在说”的用语记为已说，并转到下一句（模拟来电会作答）。按 5.1.2.2 分类处理（不派单）。"


@pytest.mark.parametrize("width", range(12, 60))
def test_no_line_begins_with_a_closing_mark_or_is_too_wide(width: int) -> None:
    """You should see every character once, in lines that fit, no mark alone at the begin or end of one."""
    lines = wrap(TEXT, width)
    assert "".join(lines).replace(" ", "") == TEXT.replace(" ", "")
    assert all(0 < cell_len(line) <= width for line in lines)
    assert not [line for line in lines if line[0] in "。，；）”、" or line[-1] in "（“"]
    assert any("5.1.2.2" in line for line in lines)  # a number stays whole


def test_what_is_wider_than_a_line_is_cut() -> None:
    """You should see a long word in pieces rather than out of the page."""
    assert wrap("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert wrap("", 10) == [""]
