"""What a call-taker's desk asks once before a record leaves it, and does not insist on."""

from console.judgement import Judgement
from data.drafts import Draft


class DeskQuestions:
    """Remembers of which record was asked."""

    def __init__(self) -> None:
        self._secrecy = ""  # the ticket of which was asked whether its claimant shall stay unknown

    def secrecy(self, draft: Draft | None, judgement: Judgement | None) -> str:
        """Return, once, the words by which a record that may be registered asks for confidentiality that is not set
        (5.1.4.1d)."""
        if draft is None or judgement is None or not judgement.complete or self._secrecy == draft.ticket_id:
            return ""
        if judgement.secrecy:
            self._secrecy = draft.ticket_id
        return judgement.secrecy
