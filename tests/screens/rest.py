"""Waiting for a console to come to rest, in the place of textual's own wait.

Textual's pilot sleeps 20 ms, two to four times a key, and goes on once the process has used little time meanwhile: a
test spends most of its time asleep, and on a busy machine some of them go on too early. Here it is asked of the event
loop itself: nothing to run, nothing to draw, no thread at work. A thread that waits for something else is waited for
a little only, for that may be what a test is about.
"""

import asyncio

from textual._context import active_app
from textual.app import App
from textual.screen import Screen

ENDLESS = "telephone"  # workers that run as long as the console does
LOOK = 0.002  # seconds between looks at a thread
LOOKS = 100
DRAWINGS = 5  # one drawing may lead to another; a page that never stops is drawn no more often than this


async def rest(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Wait until nothing is under way; takes the place of ``textual._wait.wait_for_idle``."""
    app = active_app.get()
    looks = 0
    for _ in range(DRAWINGS):
        await _nothing_to_run()
        while looks < LOOKS and _at_work(app):
            looks += 1
            await asyncio.sleep(LOOK)
            await _nothing_to_run()
        if not _to_draw(app.screen):
            return
        app.screen._on_timer_update()


async def _nothing_to_run() -> None:
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # this task is not in it while it runs
    await asyncio.sleep(0)
    while ready:
        await asyncio.sleep(0)


def _at_work(app: App[object]) -> bool:
    return any(not worker.is_finished for worker in app.workers if worker.group != ENDLESS)


def _to_draw(screen: Screen[object]) -> bool:
    return screen.is_current and bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )
