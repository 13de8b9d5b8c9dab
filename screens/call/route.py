"""Where the request goes (去向): a unit, by characters, pinyin or initials; or a classification of 5.1.2.2."""

from typing import NamedTuple

import msgspec
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from console.call_desk import CallDesk
from console.hints import topics_for
from console.names import Named, narrow
from console.refusals import REFUSALS
from console.registration import NO_REQUEST, REPEAT, locate, routes, with_route
from console.routing import Suggestion, copy_for
from data.record import Place, Record, Scope
from data.reference import Region, Topic, Unit
from kb.segment import fold
from kb.sounds import keys
from screens.actions import Action
from screens.call.urgency import refuse
from screens.desk import Dialog
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, PickList
from scripts.scope import Route, explain


class Way(NamedTuple):
    """One line of the list."""

    line: Text
    explanation: str
    take: Suggestion | Region | Scope | Topic
    question: str = ""  # what must be asked, and answered, before a classification
    repeat: bool = False  # the question is the one that F7 asks too


class RouteDialog(Dialog):
    """Suggested units and topics first, then what the typed letters find, then the six routes of 5.1.2.2."""

    ACTIONS = (
        Action("take", "f8", "选定", "xd", "选定光标所在的一项；分类处理则登记为不派单。"),
        Action("clear_place", "f4", "清地区", "qdq", "清除已选的区和街道。"),
    )
    BINDINGS = ARROWS

    def __init__(self, model: CallDesk) -> None:
        super().__init__()
        self.model = model
        self._ways: list[Way] = []
        self._arm = ""

    def body(self) -> ComposeResult:
        """Lay out the field, the list and the explanation."""
        with Vertical(id="page"):
            yield Field(id="query", placeholder="输入单位、区、街道、主题、法定途径的字、全拼或首字母")
            yield PickList(empty="没有找到：换一个字或首字母试试；先选区，再选单位也可以。")
            yield Static(id="question")
            yield Field(id="answer", placeholder="来电人的回答")

    def on_mount(self) -> None:
        """Show what is suggested."""
        self.query_one("#page").border_title = "去向 · 5.2.2.1.1 派单 / 5.1.2.2 分类处理"
        self.search("")
        self.query_one("#query").focus()

    @on(Input.Changed, "#query")
    def typed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self.search(event.value)

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Take the line under the cursor."""
        self.action_take()

    def action_move(self, by: int) -> None:
        """Move along the list."""
        self.query_one(PickList).move(by)

    def search(self, query: str) -> None:
        """Fill the list for what was typed."""
        record = locate(self.model.house, self.model.record)
        reference = self.model.house.reference
        ways = [] if query else [suggested_way(each) for each in routes(self.model.house, record).suggestions]
        if not query:
            ways += self._topics(record)
        else:
            near = near_first(reference.units, record.place)
            ways += [unit_way(unit, reference.units, "话务员选定") for unit in narrow(query, near, limit=8)]
            ways += [_region(region) for region in narrow(query, reference.regions, limit=6)]
            ways += [_topic(topic, record, "话务员选定") for topic in narrow(query, reference.topics, limit=6)]
        ways += _classified(self.model.house.packs.scope.routes, query)
        self._ways = ways
        self.query_one(PickList).fill([way.line for way in ways])
        place = record.place
        where = f"{place.district}{place.street}" or "地区未定：输入区或街道的字或首字母来选"
        topic = f" · 主题 {record.topic}" if record.topic else ""
        self.query_one("#page").border_subtitle = where + topic

    def _topics(self, record: Record) -> list[Way]:
        """The topic on the record, and those that its words suggest, each with the words."""
        named = {topic.name: topic for topic in self.model.house.reference.topics}
        because = {each.value: "；".join(each.because) for each in topics_for(self.model.house, record)}
        if record.topic:
            because = {record.topic: because.get(record.topic, "已确认")} | because
        return [_topic(named[each], record, why) for each, why in because.items() if each in named]

    @on(PickList.Moved)
    def explain(self) -> None:
        """Say why the line under the cursor is there."""
        way, answer = self._way(), self.query_one("#answer", Field)
        self._arm = ""
        self.query_one("#question", Static).update(Text(way.explanation if way else ""))
        answer.display = bool(way and way.question)
        answer.value = self.model.record.new_facts if way and way.repeat else ""
        if not answer.display and answer.has_focus:
            self.query_one("#query").focus()

    def action_take(self) -> None:
        """Take the line; a classification registers the request, so it wants the key twice."""
        way = self._way()
        if way is None:
            return
        record = locate(self.model.house, self.model.record)
        match way.take:
            case Region() as region:
                self.model.edit(_placed(record, region))
                self.query_one("#query", Field).value = ""
                self.search("")
            case Topic() as topic:
                self.model.edit(msgspec.structs.replace(record, topic="" if topic.name == record.topic else topic.name))
                self.query_one("#query", Field).value = ""
                self.search("")
            case Scope() as scope:
                answer = self.query_one("#answer", Field)
                if way.question and not answer.value.strip():
                    answer.focus()
                    self.tell(f"要先问：{way.question}请记下回答")
                    return
                if self._arm != way.line.plain:
                    self._arm = way.line.plain
                    self.tell("请先向来电人说明上面这句话；再按一次，登记为分类处理（仍有工单编号）")
                    return
                note = answer.value.strip() if way.question else ""
                self._classify(msgspec.structs.replace(scope, note=note))
            case chosen:
                self.model.edit(with_route(record, chosen))
                self.dismiss(None)

    def _classify(self, scope: Scope) -> None:
        try:
            self.model.classify(scope)
        except REFUSALS as error:
            refuse(self, self.model, error)
        else:
            self.dismiss(None)

    def action_clear_place(self) -> None:
        """Take district, street and unit away."""
        place = msgspec.structs.replace(self.model.record.place, district="", street="")
        self.model.edit(msgspec.structs.replace(self.model.record, place=place, unit="", unit_reason="", copy_to=""))
        self.search(self.query_one("#query", Field).value)

    def _way(self) -> Way | None:
        at = self.query_one(PickList).at
        return self._ways[at] if at < len(self._ways) else None


def suggested_way(suggestion: Suggestion) -> Way:
    """Draw a suggested unit with its first reason."""
    line = Text(f"派单 {suggestion.unit.name}")
    line.append(f"  {suggestion.because[0]}", "dim")
    return Way(line, "；".join(suggestion.because), suggestion)


def unit_way(unit: Unit, units: tuple[Unit, ...], by: str) -> Way:
    """Draw a unit that somebody looks for; ``by`` is what stands as the reason if they choose it."""
    chosen = Suggestion(unit, 0.0, (by,), "5.2.2.1.1a", copy_for(unit, units))
    copied = f"；同时送{chosen.copy_to.name}督促协调（5.2.2.1.1）" if chosen.copy_to else ""
    line = Text(f"派单 {unit.name}")
    line.append(f"  {unit.district} {unit.kind}", "dim")
    duties = f"职责：{'、'.join(unit.duties[:12])}；" if unit.duties else ""
    return Way(line, f"{duties}电话：{unit.phone or '未登记'}{copied}", chosen)


def _region(region: Region) -> Way:
    name = region.name if region.is_district else f"{region.district} {region.name}"
    return Way(Text(f"地区 {name}"), f"把发生地定为{name}", region)


def _topic(topic: Topic, record: Record, because: str) -> Way:
    chosen = topic.name == record.topic
    line = Text(f"主题 {topic.name}{'✓' if chosen else ''}")
    line.append(f"  {because}", "dim")
    then = "再选一次则清除" if chosen else "选定后记入工单"
    return Way(line, f"问题分类（附录D）：{topic.name}，{because}；{then}。", topic)


def _classified(scope_routes: tuple[Route, ...], query: str) -> list[Way]:
    named: list[Named[Way]] = []
    for route in scope_routes:
        for choice in [each.label for each in route.choices] or [""]:
            name = f"{route.label}{'：' + choice if choice else ''}"
            heard = [keys(fold(each)) for each in (route.label, choice, name)]
            full, initials = (tuple(key for pair in heard for key in sorted(pair[which])) for which in (0, 1))
            line = Text(f"分类 {name}")
            line.append(f"  {route.clause}", "dim")
            said = f"▸{explain(route, choice)}" + (f"\n先问：{route.question}" if route.question else "")
            way = Way(line, said, Scope(route.label, route.clause, choice), route.question, route.id == REPEAT)
            named.append(Named(name, way, pinyin=full, initials=initials))
    line = Text(f"分类 {NO_REQUEST}").append("  骚扰、打错、无声", "dim")
    way = Way(line, "没有提出诉求的来电：记为“其他”，有编号，不派单。", Scope(NO_REQUEST))
    named.append(Named(f"{NO_REQUEST}骚扰打错无声", way, pinyin=("wusuqiulaidian",), initials=("wsqld",)))
    return [each.item for each in narrow(query, named, limit=len(named))]


def near_first(units: tuple[Unit, ...], place: Place) -> list[Unit]:
    """Return the units with those of the place's district, and of the whole city, before the others."""
    if not place.district:
        return list(units)
    return sorted(units, key=lambda unit: unit.district not in ("", place.district))


def _placed(record: Record, region: Region) -> Record:
    district, street = (region.name, "") if region.is_district else (region.district, region.name)
    place = msgspec.structs.replace(record.place, district=district, street=street)
    return msgspec.structs.replace(record, place=place)
