"""The box of the main text: what is typed is in sight, wherever a line ends (5.1.3.1)."""

from textual.app import App, ComposeResult

from screens.widgets.fields import TextBox


class Page(App[None]):
    """A box of five lines of twenty columns."""

    CSS = "TextBox { width: 24; height: 7; border: solid white; }"

    def compose(self) -> ComposeResult:
        """Show the box alone."""
        yield TextBox(soft_wrap=True)


async def test_the_line_that_a_character_began_is_in_sight() -> None:
    """You should see the cursor within the box after each character of a text of many wrapped lines.

    The box grows a line at some character, at one width in two: Textual scrolled to the line before there was room for
    it, and what was typed next stood under the edge.
    """
    async with Page().run_test() as pilot:
        box = pilot.app.query_one(TextBox)
        box.focus()
        for at in range(150):
            await pilot.press("停" if at % 3 else "0")
            line = box.wrapped_document.location_to_offset(box.cursor_location).y
            assert 0 <= line - box.scroll_y < box.scrollable_content_region.height, box.text
        assert box.scroll_y > 0
