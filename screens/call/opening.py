"""The pages of the call desk: what opens each of them, and where a search goes on."""

from textual import on

from console.call_desk import CallDesk
from screens.call.attach import AttachDialog
from screens.call.elements import ElementsDialog
from screens.call.history import HistoryDialog
from screens.call.knowledge import KnowledgeDialog
from screens.call.phrases import PhrasesDialog
from screens.call.route import RouteDialog
from screens.call.urgency import UrgencyDialog
from screens.desk import Desk
from screens.widgets.choices import Opens


class OpensPages(Desk):
    """A desk over which the pages about one request are opened."""

    def __init__(self, model: CallDesk) -> None:
        super().__init__()
        self.model = model
        self._asked = "", ""  # a request, and what was searched for last in the knowledge base for it

    def returned(self, _: object = None) -> None:
        """Show what a page that was left has changed."""
        raise NotImplementedError

    @on(Opens.Opened, "#urgency")
    def action_urgency(self) -> None:
        """Judge the urgency with the kinds' definitions in sight."""
        self.app.push_screen(UrgencyDialog(self.model), self.returned)

    def action_knowledge(self) -> None:
        """Search the knowledge base, from where the search for this request was left; B.1.3.2 comes first."""
        self.model.look_up()
        self._look_up()

    def action_reply(self) -> None:
        """Answer from the pushed articles."""
        record = self.model.record
        self._look_up(record.title or record.text[:60])

    def _look_up(self, query: str | None = None) -> None:
        request = self.model.draft.ticket_id if self.model.draft else ""
        if query is None:
            query = self._asked[1] if self._asked[0] == request else ""
        page = KnowledgeDialog(self.model, query)

        def back(_: None) -> None:
            self._asked = request, page.asked
            self.returned()

        self.app.push_screen(page, back)

    def action_route(self) -> None:
        """Choose where the request goes."""
        self.app.push_screen(RouteDialog(self.model), self.returned)

    def action_elements(self) -> None:
        """Fill or mark elements one by one."""
        self.app.push_screen(ElementsDialog(self.model), self.returned)

    def action_history(self) -> None:
        """See the caller's earlier tickets and likely repeats."""
        self.app.push_screen(HistoryDialog(self.model), self.returned)

    def action_attach(self) -> None:
        """Attach files."""
        self.app.push_screen(AttachDialog(self.model), self.returned)

    def action_phrases(self) -> None:
        """See all phrases."""
        self.app.push_screen(PhrasesDialog(self.model), self.returned)
