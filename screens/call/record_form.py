"""The record on the glass: fields in reading order, and the way from them to a `Record` and back."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label, Static, TextArea

from console.hints import Hints
from data.personal import mask_phone
from data.record import CLAIMANT_KINDS, REQUEST_TYPES, Claimant, Place, Record
from screens.widgets.choices import OneOf, Opens, Several
from screens.widgets.fields import Field, TextBox
from screens.widgets.offered import OfferedField, OfferedSeveral
from screens.widgets.quiet import Quiet

# id of the field, its label, and the record's part it holds
FIELDS = {
    "name": "来电人",
    "contact": "联系",
    "address": "住址",
    "wish": "要求",
    "place": "地点",
    "object": "对象",
    "time": "时间",
    "earlier": "前期",
    "title": "标题",
}
# Fields in which a piece found in the text may stand, and the hint it comes from.
OFFERED = {"place": "place", "object": "respondent", "time": "time"}


class RecordForm(Vertical):
    """The upper fields of the record; the main text stands in a box of its own."""

    class Changed(Message):
        """The person changed something."""

    def compose(self) -> ComposeResult:
        """Lay the fields out in the order in which a caller tells things."""
        with Horizontal(classes="row"):
            yield Label("类型")
            yield OfferedSeveral(REQUEST_TYPES, id="types")
            yield Label("紧急")
            yield Opens(id="urgency")
            yield Label("保密")
            yield OneOf(("否", "是"), id="confidential")
            yield Quiet(id="secrecy", classes="hint")
        with Horizontal(classes="row"):
            yield from self._field("name")
            yield OneOf(CLAIMANT_KINDS, id="kind")
            yield Label("来电")
            yield Static(id="phone")
            yield from self._field("contact", number=True)
            yield Quiet(id="known", classes="hint")
        with Horizontal(classes="row"):
            yield from self._field("address")
            yield from self._field("wish")
        with Horizontal(classes="row"):
            yield from self._field("place")
            yield Quiet(id="region", classes="hint")
        with Horizontal(classes="row"):
            yield from self._field("object")
            yield from self._field("time")
            yield from self._field("earlier")
        with Horizontal(classes="row"):
            yield from self._field("title")
            yield Quiet(id="topic", classes="hint")
            yield Quiet(id="repeat", classes="hint")

    def _field(self, name: str, *, number: bool = False) -> Iterator[Widget]:
        yield Label(FIELDS[name])
        yield OfferedField(id=name) if name in OFFERED else Field(id=name, number=number)

    def pull(self, before: Record, text: str) -> Record:
        """Return ``before`` with what stands in the fields now."""
        claimant = Claimant(
            name=self._text("name"),
            kind=self.query_one("#kind", OneOf).value,
            phone=before.claimant.phone,
            contact=self._text("contact"),
            address=self._text("address"),
            confidential=self.query_one("#confidential", OneOf).value == "是",
        )
        place: Place = msgspec.structs.replace(before.place, text=self._text("place"))
        return msgspec.structs.replace(
            before,
            claimant=claimant,
            types=list(self.query_one("#types", Several).chosen),
            title=self._text("title"),
            text=text,
            place=place,
            event_time=self._text("time"),
            respondent=self._text("object"),
            earlier_handling=self._text("earlier"),
            wish=self._text("wish"),
        )

    def push(self, record: Record) -> None:
        """Show a record; this does not count as a change."""
        claimant = record.claimant
        values = {
            "name": claimant.name,
            "contact": claimant.contact,
            "address": claimant.address,
            "wish": record.wish,
            "place": record.place.text,
            "object": record.respondent,
            "time": record.event_time,
            "earlier": record.earlier_handling,
            "title": record.title,
        }
        with self.quietly():
            for name, value in values.items():
                field = self.query_one(f"#{name}", Field)
                field.value = value
                field.cursor_position = len(value)
            self.query_one("#types", Several).chosen = tuple(record.types)
            self.query_one("#kind", OneOf).value = claimant.kind
            self.query_one("#confidential", OneOf).value = "是" if claimant.confidential else "否"
        self.query_one("#phone", Static).update(mask_phone(claimant.phone) or "未显示")
        self.show_urgency(record)
        self.show_region(record)
        self._show_topic(record, "")

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Change fields without telling anybody."""
        with self.prevent(Input.Changed, TextArea.Changed, Several.Changed, OneOf.Changed):
            yield

    def show_urgency(self, record: Record) -> None:
        """Show the degree of urgency (紧急程度)."""
        kinds = record.urgency_kinds
        more = f"+{len(kinds) - 1}" if len(kinds) > 1 else ""
        self.query_one("#urgency", Opens).value = f"{kinds[0][:5]}{more}" if kinds else "一般"

    def show_region(self, record: Record, found: str = "") -> None:
        """Show the district and street, chosen or found in the text, and the unit."""
        place = record.place
        if record.scope:
            self._hint("region", f"分类：{record.scope.route}")
        elif place.district:
            self._hint("region", f"{place.district}{place.street}✓ {record.unit}")
        else:
            self._hint("region", f"{found}？" if found else "F5 选去向", dim=True)

    def show_hints(self, record: Record, found: Hints) -> None:
        """Let what the words suggest stand dim where a person may take it."""
        self.query_one("#types", OfferedSeveral).offer(found.type)
        for field, hint in OFFERED.items():
            self.query_one(f"#{field}", OfferedField).offer(getattr(found, hint))
        self._show_topic(record, found.topic)

    def forget_hints(self) -> None:
        """Begin anew with other work."""
        self.query_one("#types", OfferedSeveral).forget()
        for field in OFFERED:
            self.query_one(f"#{field}", OfferedField).forget()

    def _show_topic(self, record: Record, found: str) -> None:
        """Show the topic (问题分类) beside the title, confirmed or suggested; without any, the title has the room."""
        self._hint("topic", f"{record.topic}✓" if record.topic else f"{found}？F5", dim=not record.topic)
        self.query_one("#topic").display = bool(record.topic or found)

    def show_known(self, text: str) -> None:
        """Show how often this number was heard before."""
        self._hint("known", text)

    def show_secrecy(self, words: str) -> None:
        """Show, beside the field, that the text asks for confidentiality which is not set yet."""
        self._hint("secrecy", "→是？" if words else "", dim=True)

    def show_repeat(self, text: str) -> None:
        """Show whether the matter looks known."""
        self._hint("repeat", text)

    def _hint(self, name: str, text: str, *, dim: bool = False) -> None:
        self.query_one(f"#{name}", Quiet).change(Text(text, "dim" if dim else "", no_wrap=True, overflow="ellipsis"))

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).value

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on that something changed."""
        event.stop()
        self.post_message(self.Changed())

    def on_several_changed(self, event: Several.Changed) -> None:
        """Pass on that something changed."""
        event.stop()
        self.post_message(self.Changed())

    def on_one_of_changed(self, event: OneOf.Changed) -> None:
        """Pass on that something changed."""
        event.stop()
        self.post_message(self.Changed())


class MainText(TextBox):
    """The main text (主要内容)."""
