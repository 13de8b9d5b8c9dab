"""The pass that finds, once typing pauses, what the words of the record suggest, and lets it stand beside the fields."""

from contextlib import suppress
from functools import partial

from textual.css.query import NoMatches
from textual.screen import Screen
from textual.worker import get_current_worker

from console.call_desk import CallDesk
from console.hints import Hints, hints_for
from data.record import Record
from screens.call.panels import ElementsPanel
from screens.call.record_form import RecordForm

NOTHING = Hints()


class HintPass:
    """Hints for the work on the desk; those of other work go at once."""

    def __init__(self, model: CallDesk) -> None:
        self._model = model
        self._work = ""
        self.found = NOTHING

    def look(self, desk: Screen[None]) -> None:
        """Look for hints off the event loop; the newest record wins."""
        draft = self._model.draft
        work = draft.ticket_id if draft is not None and not self._model.finished else ""
        if work != self._work:
            self._work = work
            desk.query_one(RecordForm).forget_hints()
            self._show(desk, work, NOTHING)
        if draft is not None and work:
            find = partial(self._find, desk, work, draft.record)
            desk.run_worker(find, thread=True, exclusive=True, group="hints")

    def _find(self, desk: Screen[None], work: str, record: Record) -> None:
        found = hints_for(self._model.house, record, record.raised_at or self._model.now)
        if not get_current_worker().is_cancelled:
            desk.app.call_from_thread(self._show, desk, work, found)

    def _show(self, desk: Screen[None], work: str, found: Hints) -> None:
        if work != self._work:
            return
        self.found = found
        with suppress(NoMatches):  # the console is being left, its fields are gone already
            desk.query_one(RecordForm).show_hints(self._model.record, found)
            desk.query_one(ElementsPanel).show_type(found.type, found.type_because)
