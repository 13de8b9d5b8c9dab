"""The script of one call: which sentence is for now, what was said, what was passed over (appendix B.1)."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from data.calls import PhraseStamp
from scripts.greeting import Greeting
from scripts.phrases import CallState, Phrase, PhrasePack, fill, phrase_now

GREETING = "greeting"
ASKING = "asking"
CLOSING = "closing"
RATING = "rating"
FAREWELL = "farewell"
WAITING = "waiting"
WAIT_OVER = "wait_over"
LOOKING_UP = "looking_up"
RECORDING = "recording"
ENDING = (CLOSING, RATING, FAREWELL)
ASK = "ask:"  # before an element's id: the stamp of its question


class Line(msgspec.Struct, frozen=True):
    """A sentence ready to be read aloud."""

    phrase_id: str
    clause: str
    text: str
    addition: bool = False  # wording of ours, where the standard gives none


class CallScript:
    """Walks one call through the steps of A.1; pure but for the stamps it collects."""

    def __init__(self, pack: PhrasePack, stamps: list[PhraseStamp] | None = None, step: str = GREETING) -> None:
        self._pack = pack
        self.stamps = stamps if stamps is not None else []
        self.step = step
        self.done = False
        self._greeting = pack.greetings.daily
        self._waits_shown = 0

    def greet(self, greeting: Greeting) -> None:
        """Set the first sentence, chosen at the moment of answering."""
        self._greeting = greeting.phrase_id

    def line(self, values: Mapping[str, str], waited: float = 0.0, question: Line | None = None) -> Line | None:
        """Return what to say now; while listening that is ``question``, the next missing element's."""
        if self.done:
            return None
        if self.step == ASKING:
            return question
        phrase = phrase_now(self._pack, CallState(self.step, waited, self._waits_shown, self._greeting))
        return self._line(phrase, values) if phrase else None

    def say(self, line: Line | None, now: datetime) -> None:
        """Note that the line was said, and go on."""
        self.note(line, now, said=True)
        self._go_on(waiting=True)

    def skip(self, line: Line | None, now: datetime) -> None:
        """Note that the line was passed over, and go on."""
        self.note(line, now, said=False)
        self._go_on(waiting=False)

    def pick(self, phrase: Phrase, values: Mapping[str, str], now: datetime) -> None:
        """Note that a phrase chosen from the list was said; one that belongs to a step moves the call there."""
        self.note(self._line(phrase, values), now, said=True)
        if phrase.step in (RECORDING, LOOKING_UP, WAIT_OVER, *ENDING):
            self.step = phrase.step
            self._go_on(waiting=True)

    def go_to(self, step: str) -> None:
        """Move to a step because of what happened: the record is being written, the call is being ended."""
        if self.step != step and not self.done:
            self.step = step

    def look_up(self) -> None:
        """Begin a wait for a look-up (B.1.3.2) if none is going on."""
        if self.step not in (LOOKING_UP, WAITING, *ENDING):
            self.go_to(LOOKING_UP)

    def hold_began(self) -> None:
        """The caller waits: B.1.3.3 comes after 30 s."""
        if self.step not in ENDING:
            self.step = WAITING
            self._waits_shown = 0

    def hold_ended(self) -> None:
        """The wait is over: B.1.3.4 is due."""
        if self.step == WAITING:
            self.go_to(WAIT_OVER)

    def unsaid_ending(self) -> list[Line]:
        """Return the closing phrases (B.1.4.1, 5.3.3, B.1.4.2) that were not said yet, in order."""
        said = {stamp.phrase_id for stamp in self.stamps if stamp.said}
        phrases = [self._pack.phrase(self._pack.step(step).phrase) for step in ENDING]
        return [self._line(phrase, {}) for phrase in phrases if phrase.id not in said]

    def skip_ending(self, now: datetime) -> None:
        """The call is over: what was not said of its end counts as passed over."""
        for line in self.unsaid_ending():
            self.note(line, now, said=False)
        self.done = True

    def reopen(self, *, finished: bool) -> None:
        """The call goes on after all: what was passed over because it seemed to be over is open again.

        The step is the one that was kept; where none was, what was said tells how far the call had come.
        """
        ending = {self._pack.step(step).phrase: step for step in ENDING}
        while self.stamps and not self.stamps[-1].said and self.stamps[-1].phrase_id in ending:
            self.stamps.pop()
        self.done = False
        if self.step == WAITING:
            self.step = WAIT_OVER  # nobody was there meanwhile
        elif self.step == LOOKING_UP:
            self.step = ASKING
        elif self.step == GREETING and self.stamps:
            said = [ending[stamp.phrase_id] for stamp in self.stamps if stamp.phrase_id in ending]
            left = [step for step in ENDING if step not in said] if finished or said else []
            self.step = left[0] if left else ASKING

    def _line(self, phrase: Phrase, values: Mapping[str, str]) -> Line:
        return Line(phrase.id, phrase.clause, fill(phrase, values).text, phrase.addition)

    def note(self, line: Line | None, now: datetime, *, said: bool) -> None:
        """Note a sentence as said or passed over; the call stays where it is."""
        if line is not None:
            self.stamps.append(PhraseStamp(line.phrase_id, now, said, line.text))

    def _go_on(self, *, waiting: bool) -> None:
        if self.step == WAITING:
            self._waits_shown += 1  # the wait itself goes on until the caller is back
            return
        if self.step == LOOKING_UP and not waiting:
            self.step = ASKING
            return
        following = self._pack.step(self.step).next
        self.step, self.done = (following, False) if following else (self.step, True)
        if self.step == CLOSING:
            self.step = ASKING  # listening ends when the agent or the caller ends it, not by a sentence said
        if self.step == WAITING:
            self._waits_shown = 0
