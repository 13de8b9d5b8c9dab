"""Every key of the registry: documented, bound, and alive or with its reason (design.md, Keys and Chinese text)."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from rich.console import Console

from screens.actions import DESK_ACTIONS, EVERYWHERE, Action, key_name
from screens.call.attach import AttachDialog
from screens.call.correction import CorrectionDialog
from screens.call.elements import ElementsDialog
from screens.call.history import HistoryDialog
from screens.call.knowledge import KnowledgeDialog
from screens.call.phrases import PhrasesDialog
from screens.call.route import RouteDialog
from screens.call.urgency import UrgencyDialog
from screens.call_desk import CallScreen
from screens.desks import DeskDialog
from screens.dispatch.call import CallDialog
from screens.dispatch.report import ReportDialog
from screens.dispatch.unit import UnitDialog
from screens.dispatch.words import WordsDialog
from screens.dispatch_desk import DispatchScreen
from screens.help import HelpDialog, KeySheet, PaletteDialog
from screens.inbox_desk import InboxScreen
from screens.knowledge.edit import EditDialog
from screens.knowledge.reason import ReasonDialog
from screens.knowledge_desk import KnowledgeScreen
from screens.practice.assign import AssignPage, ClassPage
from screens.practice.courses import CoursesScreen
from screens.practice.debrief import DebriefPage
from screens.practice.drill import DrillPage
from screens.practice.say import SayPage
from screens.practice.training import TrainingScreen
from screens.practice_app import PracticeScreen
from screens.quality.finding import FindingPage, FollowPage
from screens.quality.judging import JudgingPage
from screens.quality.pages import FindingsPage, ReportPage, SamplePage
from screens.quality_desk import QualityScreen
from screens.sign_in import SignIn
from screens.sync_desk import SyncScreen
from screens.ticket_desk import TicketScreen
from screens.unit.aside import AnswerPage, AsideDialog, JoinPage, ReturnPage
from screens.unit.contact import ContactPage
from screens.unit.progress import ProgressPage
from screens.unit.reply import ReplyPage
from screens.unit.review import ReviewPage
from screens.unit_desk import UnitScreen

Sit = Callable[..., Any]

PAGES = [
    CallScreen,
    InboxScreen,
    DispatchScreen,
    CallDialog,
    ReportDialog,
    UnitDialog,
    WordsDialog,
    TicketScreen,
    KnowledgeScreen,
    EditDialog,
    ReasonDialog,
    SyncScreen,
    PracticeScreen,
    SayPage,
    DebriefPage,
    QualityScreen,
    SamplePage,
    JudgingPage,
    ReportPage,
    FindingsPage,
    FindingPage,
    FollowPage,
    AttachDialog,
    ElementsDialog,
    HistoryDialog,
    CorrectionDialog,
    KnowledgeDialog,
    PhrasesDialog,
    RouteDialog,
    UrgencyDialog,
    UnitScreen,
    AsideDialog,
    JoinPage,
    ReturnPage,
    AnswerPage,
    ContactPage,
    ProgressPage,
    ReplyPage,
    ReviewPage,
    DeskDialog,
    HelpDialog,
    PaletteDialog,
    DrillPage,
    CoursesScreen,
    TrainingScreen,
    AssignPage,
    ClassPage,
    SignIn,
]
TAKEN = {"ctrl+space", "ctrl+s", "ctrl+q", "ctrl+z", "f10", "f11"}  # by terminals and input methods


@pytest.mark.parametrize("page", PAGES)
def test_actions_are_documented_and_bound(page: Any) -> None:
    """You should see each action with a label, initials and a sentence, one key each, and a method behind it."""
    keys = [action.key for action in page.ACTIONS]
    assert len(set(keys)) == len(keys)
    assert not TAKEN & set(keys)
    assert not [key for key in keys if key.startswith(("shift+f", "alt+"))]
    bound = {binding.key: binding.action for binding in page.BINDINGS}
    for action in page.ACTIONS:
        assert action.label
        assert action.initials
        assert action.help.endswith("。")
        assert bound[action.key] == f"do('{action.id}')"
        assert callable(getattr(page, f"action_{action.id}"))


def test_keys_mean_the_same_at_every_desk() -> None:
    """You should see F1, F3, F7, F8 and F9 keep their meaning, and only what design.md leaves to a desk differ."""
    for actions in DESK_ACTIONS.values():
        for action in actions:
            assert action.key not in {each.key for each in EVERYWHERE}
            if action.key == "f9":
                assert action.id in {"urgent", "acknowledge"}
            if action.key == "f12":
                assert action.id == "hang_up"


@pytest.mark.parametrize("desk", DESK_ACTIONS)
async def test_no_key_of_an_empty_desk_is_dead(sit: Sit, desk: str) -> None:
    """You should see each key change the glass or say why it cannot be used; each also stands in F1."""
    async with sit() as seat:
        await seat.see("等待来电")
        seat.app.open_desk(desk)
        await seat.until(lambda: getattr(seat.app.screen, "NAME", "") == desk)
        page = seat.app.screen
        for action in page.ACTIONS:
            if action.id == "leave":
                continue
            told: list[str] = []
            reason = page.why_not(action.id)
            before = seat.glass
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(page, "tell", lambda sentence, error=False, told=told: told.append(sentence))
                await seat.press(action.key)
                if reason:
                    assert told == [reason], action
                    assert seat.app.screen is page
                else:
                    await seat.until(partial(answered, seat, action, page, before, told))
            if seat.app.screen is not page:
                await seat.press("escape")
                await seat.until(lambda: seat.app.screen is page)
        await seat.press("f1")
        await seat.see("帮助·现在可用的键")
        text = printed(KeySheet(page, ()))
        for action in page.ACTIONS:
            assert action.help in text
            assert key_name(action.key) in text


def printed(sheet: KeySheet) -> str:
    """The sheet on paper so wide that nothing is wrapped."""
    with (console := Console(width=300)).capture() as capture:
        console.print(sheet)
    return capture.get()


def answered(seat: Any, action: Action, page: Any, before: str, told: list[str]) -> bool:
    """Whether a key did anything: said something, opened a page, changed the glass or moved the focus."""
    if told or seat.app.screen is not page or seat.glass != before:
        return True
    return action.id == "find" and page.focused is page.query_one("#query")


async def test_disabled_keys_of_the_call_desk_say_why(sit: Sit) -> None:
    """You should see why F8, F4 and F12 do nothing while no call is there."""
    async with sit() as seat:
        await seat.see("等待来电")
        for key, why in (("f8", "没有正在处理的诉求"), ("f12", "没有正在进行的通话"), ("f2", "有来电时按F2接听")):
            await seat.press(key)
            await seat.see(why)


async def test_enter_never_submits_the_main_text(sit: Sit) -> None:
    """You should see Enter make new lines in the main text, and in single fields do nothing to the record."""
    async with sit() as seat:
        await seat.take("heating", "4")
        await seat.fill(text="请问怎么测温？")
        await seat.press("enter", "enter")
        await seat.type("谁来测？")
        assert seat.value("text") == "请问怎么测温？\n\n谁来测？"
        for name in ("name", "title", "place", "time"):
            await seat.fill(**{name: "望京"})
            await seat.press("enter")
        await seat.rest()
        assert not list(seat.house.tickets.every())
        assert seat.model.phase == "talking"


async def test_the_palette_finds_by_pinyin_initials(sit: Sit) -> None:
    """You should see "ls" find 历史 and Enter open it."""
    async with sit() as seat:
        await seat.take("heating", "4")
        await seat.press("ctrl+p")
        await seat.see("命令")
        await seat.type("ls")
        await seat.see("▸F7")
        await seat.press("enter")
        await seat.see("历史与疑似重复")


async def test_leaving_ends_the_session_and_keeps_the_draft(sit: Sit) -> None:
    """You should see Ctrl+X leave at once, with the half-typed record on disk."""
    async with sit() as seat:
        await seat.take("heating", "4")
        await seat.fill(text="写到一半")
        house, drafts = seat.house, seat.model.drafts
        await seat.press("ctrl+x")
        await seat.until(lambda: not seat.app.is_running)
    drafts.release()
    (draft,) = house.drafts("8041").load()[0]
    assert draft.record.text == "写到一半"
