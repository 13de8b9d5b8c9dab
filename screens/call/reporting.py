"""F9: the report to the manager on duty (5.1.3.3), made once at a press, and again only at the one after."""

from console.call_desk import CallDesk
from console.escalation import seen_by
from data.events import Ticket


class Reporting:
    """What the desk says before a second report, and after each."""

    def __init__(self, model: CallDesk) -> None:
        self._model = model
        self._again = ""  # the ticket of which it was said that it is reported already

    def said_before(self) -> str:
        """Say that the present request is reported already; nothing at the press after, or where it is not."""
        ticket = self._model.ticket
        if ticket is None or not ticket.escalations or self._again == ticket.id:
            self._again = ""
            return ""
        self._again = ticket.id
        last, state = ticket.escalations[-1], seen_by(self._model.house, ticket)
        return f"已于 {last.at:%H:%M:%S} 上报{last.to}（{state}）；情况有变要再报一次，请再按 F9"

    def over(self) -> None:
        """Another piece of work is on the desk."""
        self._again = ""

    def made(self) -> str:
        """Say to whom the report was made, and of which ticket."""
        model = self._model
        ticket = model.ticket or model.last
        if ticket is None:
            return ""
        at_work = model.draft is not None and not model.finished
        last = ticket.escalations[-1]
        return f"已上报{last.to}（{last.at:%H:%M:%S}），工单 {ticket.number}{'；请继续登记' if at_work else ''}"


def registered(before: Ticket | None, ticket: Ticket) -> str:
    """Say what became of a request that was handed on, the report that went with it first."""
    told = f"已交派单队列，建议去向：{ticket.record.unit or '由派单员确定'}"
    if ticket.escalations and not (before and before.escalations):
        return f"已登记，并已上报{ticket.escalations[-1].to}；{told}"
    return told
