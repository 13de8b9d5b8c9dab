"""What a wider terminal brings: room for the text that is being written first, then more panes."""

from collections.abc import Callable
from typing import Any

import pytest

Sit = Callable[..., Any]


@pytest.mark.parametrize(
    ("columns", "text", "beside", "wide"),
    [(80, 42, 30, 0), (100, 52, 38, 0), (120, 46, 28, 32), (140, 60, 30, 38), (180, 76, 38, 50)],
)
async def test_the_main_text_has_the_largest_share_of_the_width(
    sit: Sit, columns: int, text: int, beside: int, wide: int
) -> None:
    """You should see at least this many columns of the main text, of the elements and of the full article."""
    async with sit(size=(columns, 36)) as seat:
        desk = seat.desk
        await seat.until(lambda: desk.query_one("#text").content_size.width)
        assert desk.query_one("#text").content_size.width >= text
        assert desk.query_one("ElementsPanel").content_size.width >= beside
        assert desk.query_one("#wide").display is bool(wide)
        assert desk.query_one("#reading-wide").content_size.width >= wide
