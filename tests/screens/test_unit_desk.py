"""The unit desk (承办): each step of a unit through its screen, and each refusal with its sentence (5.2.2.2, 5.2.2.3)."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rich.cells import cell_len

from console.handling import Handling
from console.registration import Registration
from console.reminders import remind
from console.unit_desk import UnitDesk
from data.clock import FixedClock
from data.events import NewEvent, Ticket, new_id
from data.handling import CANNOT, CONSULT, FEEDBACK_ELEMENTS, SOLVED, SUGGESTION, UNREASONABLE, UNSOLVED
from data.lifecycle import Kind, State
from data.people import SYSTEM, Role
from data.record import Claimant
from data.tickets import Act
from screens.widgets.pick import PickList
from tests.screens.unit_hands import DISTRICT, HANDLER, HELPER, LEADER, TAKER, UNIT, WEB, Past, past, record

__all__ = ["past"]

Sit = Callable[..., Any]


def at_desk(sit: Sit, *roles: Role, agent_no: str = "3001", unit: str = UNIT, **more: Any) -> Any:
    """Sit down at the unit desk: as the handler of the street unless told otherwise."""
    return sit(*(roles or (Role.UNIT,)), agent_no=agent_no, unit=unit, **more)


def leader(sit: Sit, **more: Any) -> Any:
    """Sit down as the unit's leader."""
    return at_desk(sit, Role.UNIT_LEADER, agent_no="3002", **more)


async def list_named(seat: Any, name: str) -> None:
    """Go on with F2 to a list."""
    for _ in range(8):
        if f"号{name}" in seat.glass:
            return
        await seat.press("f2")
    raise AssertionError(f"no list {name}:\n" + "\n".join(seat.lines))


# -- signing and contact ----------------------------------------------------------------------------------------------


@pytest.mark.clause("5.2.2.2.1")
async def test_a_ticket_is_signed_with_one_key(sit: Sit, past: Past) -> None:
    """You should see the sign clock and its limit, F8 sign at once, and the cursor on the next ticket."""
    first, second = past.dispatched("路灯不亮"), past.dispatched("垃圾成堆")
    async with at_desk(sit) as seat:
        await seat.see("待签收2", "路灯不亮", "F8签收（5.2.2.2.1）：2026-11-2510:32前签收", "请尽快核实")
        await seat.press("f8")
        await seat.see(f"已签收{first.number}", "待签收1", "办理中1", "▸F8签收")
        assert past.now(first).state is State.SIGNED
        assert past.now(first).handling.signed_by == "3001"
        assert past.now(second).state is State.DISPATCHED
        await seat.press("f8")
        await seat.see("没有待签收的工单")


@pytest.mark.clause("5.2.2.2.1")
async def test_a_ticket_that_another_signed_meanwhile_is_shown_as_it_is(sit: Sit, past: Past) -> None:
    """You should see what the colleague did, nothing written over, and the list without it."""
    ticket = past.dispatched("路灯不亮")
    async with at_desk(sit) as seat:
        await seat.see("路灯不亮")
        seat.app.screen.reload = lambda keep=False: None  # the desk has not looked again yet
        Handling(past.house, LEADER).sign(past.now(ticket))
        del seat.app.screen.reload
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(seat.app.screen, "_item", lambda: ticket)
            await seat.press("f8")
        await seat.see("刚被他人改动（3002签收）")
        assert past.now(ticket).handling.signed_by == "3002"


@pytest.mark.clause("5.2.2.2.2")
@pytest.mark.clause("B.3.1")
@pytest.mark.clause("B.3.2")
async def test_the_claimant_is_rung_with_the_sentences_of_the_appendix(sit: Sit, past: Past) -> None:
    """You should see both sentences filled, a blank until the name form is chosen, and each attempt noted."""
    ticket = past.signed("路灯不亮")
    async with at_desk(sit) as seat:
        await list_named(seat, "办理中")
        await seat.see("F8联系诉求人核实情况（5.2.2.2.2）", "现在说·B.3.2")
        await seat.press("f8")
        await seat.see("13800000999", "我是朝阳区望京街道办事处的工作人员，请问您是＿＿吗？")
        await seat.press("2")
        await seat.see("请问您是何慧女士吗？B.3.1", "您于11月24日通过12345热线反映过关于路灯不亮的问题。B.3.2")
        await seat.press("f8")
        await seat.see("请先选已接通还是未接通（5.2.2.2.2）")
        await seat.press("tab", "2", "f8")
        await seat.see("请记下联系的结果（5.2.2.2.2）")
        await seat.press("tab")
        await seat.type("两次无人接听。")
        await seat.press("f8")
        await seat.see("已记下联系情况", "未接通：两次无人接听。")
        (contact,) = past.now(ticket).handling.contacts
        assert (contact.reached, contact.note, contact.by) == (False, "两次无人接听。", "3001")
        assert past.now(ticket).state is State.HANDLING
        await seat.press("f4")
        await seat.see("称呼")
        await seat.press("tab", "1", "tab")
        await seat.type("属实")
        await seat.press("f8")
        await seat.see("接通：属实")
        assert len(past.now(ticket).handling.contacts) == 2


async def test_what_is_typed_on_a_choice_goes_into_the_text(sit: Sit, past: Past) -> None:
    """You should see no word lost that was typed while a choice had the focus."""
    past.signed("路灯不亮")
    async with at_desk(sit) as seat:
        await list_named(seat, "办理中")
        await seat.press("f8")
        await seat.see("称呼")
        await seat.type("属实，马上派人")
        assert seat.value("note") == "属实，马上派人"


@pytest.mark.clause("5.2.2.2.2")
@pytest.mark.clause("6.2.1")
async def test_a_confidential_claimant_is_reached_by_the_unit_but_by_nobody_else(sit: Sit, past: Past) -> None:
    """You should see name and number after signing, closed before it, for the district, and after feedback."""
    claimant = Claimant(name="何慧", phone="13800000999", address="望京西园8号", confidential=True)
    past.dispatched("路灯不亮", claimant=claimant)
    past.signed("垃圾成堆", claimant=claimant)
    past.replied("占道经营", claimant=claimant)
    async with at_desk(sit) as seat:
        await seat.see("路灯不亮", "（保密）")
        assert "何慧" not in seat.glass
        await list_named(seat, "办理中")
        await seat.see("垃圾成堆", "诉求人何慧13800000999", "不得告诉被反映的人")
        assert "望京西园" not in seat.glass
        await list_named(seat, "已反馈")
        await seat.see("占道经营", "（保密）")
        assert "何慧" not in seat.glass
    async with at_desk(sit, agent_no="3201", unit=DISTRICT) as seat:
        await list_named(seat, "抄送")
        await seat.press("end")
        await seat.see("垃圾成堆", "（保密）")
        assert "何慧" not in seat.glass


@pytest.mark.clause("6.2.1")
async def test_a_unit_that_is_complained_about_does_not_learn_by_whom(sit: Sit, past: Past) -> None:
    """You should see neither name nor number, and how the claimant can be told all the same."""
    claimant = Claimant(name="何慧", phone="13800000999", confidential=True)
    past.signed("窗口态度差", claimant=claimant, respondent="望京街道")
    async with at_desk(sit) as seat:
        await list_named(seat, "办理中")
        await seat.press("f8")
        await seat.see("被反映的就是本单位", "请由12345转告")
        assert "何慧" not in seat.glass
        assert "13800000999" not in seat.glass
        await seat.see("请问您是＿＿吗")


# -- while it is handled ----------------------------------------------------------------------------------------------


@pytest.mark.clause("5.2.2.2.4")
@pytest.mark.clause("5.2.2.2.5")
async def test_progress_is_noted_with_views_and_the_visit(sit: Sit, past: Past) -> None:
    """You should see an empty note refused, a vague word told with better ones, and all three parts kept."""
    ticket = past.contacted("路灯不亮")
    async with at_desk(sit) as seat:
        await list_named(seat, "办理中")
        await seat.press("f5", "f8")
        await seat.see("请写明办理进展（5.2.2.2.4）")
        await seat.until(lambda: seat.app.screen.query("#text"))
        await seat.type("大概下周修好")
        await seat.see("“大概”5.1.3.4c")
        for _ in range(6):
            await seat.press("backspace")
        await seat.type("11月30日前修好")
        await seat.press("tab")
        await seat.type("希望快些")
        await seat.press("tab", "1", "f8")
        await seat.see("已记下办理进展", "进展，已查看现场：11月30日前修好；诉求人：希望快些")
        (note,) = past.now(ticket).handling.progress
        assert (note.text, note.views, note.on_site) == ("11月30日前修好", "希望快些", True)


@pytest.mark.clause("5.2.2.2.3")
@pytest.mark.clause("3.4")
@pytest.mark.clause("4.3")
async def test_other_units_are_called_and_the_first_receiver_leads(sit: Sit, past: Past) -> None:
    """You should see mode and units demanded, units found by initials, and the helper report but not feed back."""
    ticket = past.contacted("河边积水")
    async with at_desk(sit) as seat:
        await list_named(seat, "办理中")
        await seat.press("f6")
        await seat.see("1协同办理", "2申请退回", "没有等待回复的督办")
        await seat.press("1")
        await seat.see("望京街道办事处牵头")
        await seat.press("f8")
        await seat.see("请选协同方式：街乡吹哨、部门报到、协调会商、其他（5.2.2.2.3）")
        await seat.press("1", "f8")
        await seat.see("请写明协同的其他单位（5.2.2.2.3）")
        await seat.fill(**{"unit-query": "sswj"})
        await seat.see("□市水务局")
        await seat.press("enter")
        await seat.see("已选：市水务局")
        await seat.press("f8")
        await seat.see("已请市水务局协同办理", "街乡吹哨、部门报到：市水务局")
        (joint,) = past.now(ticket).handling.joints
        assert (joint.mode, joint.units, joint.lead) == ("街乡吹哨、部门报到", [HELPER], UNIT)
    async with at_desk(sit, agent_no="3101", unit=HELPER) as seat:
        await seat.see("没有待签收")
        await list_named(seat, "协办")
        await seat.see("河边积水", "F8记协办进展")
        await seat.press("f4")
        await seat.see("由望京街道办事处承办，联系诉求人须由该单位操作")
        await seat.press("f8")
        await seat.type("管线已查")
        await seat.press("f8")
        await seat.see("已记下办理进展")
        assert past.now(ticket).handling.progress[-1].unit == HELPER


@pytest.mark.clause("4.2")
async def test_a_return_is_asked_for_and_the_ticket_stays_until_then(sit: Sit, past: Past) -> None:
    """You should see the reason demanded, the suggested unit kept, and a second asking refused."""
    ticket = past.signed("管线图纸")
    async with at_desk(sit) as seat:
        await list_named(seat, "办理中")
        await seat.press("f6", "2")
        await seat.see("首接负责")
        await seat.press("f8")
        await seat.see("申请退回要写明理由（4.2）")
        await seat.type("不属街道职责")
        await seat.press("tab")
        await seat.type("水务局")
        await seat.press("enter", "f8")
        await seat.see("已申请退回：派单员改派前仍由本单位负责（4.2）", "管线图纸退")
        asked = past.now(ticket).handling.return_request
        assert asked is not None
        assert (asked.reason, asked.suggested) == ("不属街道职责", HELPER)
        assert past.now(ticket).state is State.SIGNED
        await seat.press("f6", "2")
        await seat.see("已申请退回，等待派单员处理")


@pytest.mark.clause("5.2.3")
async def test_a_supervision_is_answered(sit: Sit, past: Past) -> None:
    """You should see the order with its deadline on the status line and in the ticket, and the answer kept."""
    ticket = past.ordered(past.signed("围墙倾斜"))
    async with at_desk(sit) as seat:
        await seat.see("督办待复1")
        await list_named(seat, "督办")
        await seat.see("现场督办：2026-11-2414:32前回复（F6）：多次反映未解决", "围墙倾斜督")
        await seat.press("f6", "3")
        await seat.see("现场地点：望京西路5.2.3d", "剩4:00")
        await seat.press("f8")
        await seat.see("请写明内容（5.2.3）")
        await seat.type("已到现场，围墙今日加固。")
        await seat.press("f8")
        await seat.see("已回复督办")
        (order,) = past.now(ticket).handling.supervisions
        assert (order.reply, order.replied_by) == ("已到现场，围墙今日加固。", "3001")
        await seat.until(lambda: "督办待复" not in seat.glass)


# -- the reply --------------------------------------------------------------------------------------------------------

REPLIES = [
    (("投诉",), "1", SOLVED),
    (("投诉",), "2", UNSOLVED),
    (("投诉",), "3", CANNOT),
    (("投诉",), "4", UNREASONABLE),
    (("咨询",), "1", CONSULT),
    (("建议",), "1", SUGGESTION),
]


@pytest.mark.clause("5.2.2.3.1")
@pytest.mark.clause("5.2.2.3.3")
@pytest.mark.clause("5.2.2.3.4")
@pytest.mark.clause("5.2.2.3.5")
@pytest.mark.clause("5.2.2.3.6")
@pytest.mark.clause("5.2.2.3.7a")
@pytest.mark.clause("5.2.2.3.7b")
@pytest.mark.clause("5.2.2.3.7c")
@pytest.mark.parametrize(("types", "digit", "outcome"), REPLIES, ids=[each[2] for each in REPLIES])
async def test_a_reply_lacking_an_element_cannot_be_sent(
    sit: Sit, past: Past, types: tuple[str, ...], digit: str, outcome: str
) -> None:
    """You should see exactly the outcome's rows, each missing one named with its clause, and the whole reply go out."""
    ticket = past.contacted("路灯不亮", types=list(types))
    async with at_desk(sit, size=(80, 50)) as seat:
        await list_named(seat, "办理中")
        await seat.press("f8")
        await seat.see("先选办理结果", "直接反馈·原派单方式：系统")
        await seat.press("f8")
        await seat.see("请选办理结果：")
        await seat.press(digit)
        for name, label, clause in FEEDBACK_ELEMENTS[outcome]:
            await seat.see(label, clause)
            if seat.value(name):
                await seat.see(f"✓{label}", clause)
                continue
            await seat.see(f"✗{label}", clause)
            await seat.press("f8")
            await seat.see(f"“{outcome}”的回复还缺{label}", clause)
            assert past.now(ticket).state is State.HANDLING
            await seat.fill(**{name: "下周三前" if name == "by_when" else f"写明{label}"})
            await seat.see(f"✓{label}", clause)
        others = {label for each in FEEDBACK_ELEMENTS.values() for _, label, _ in each}
        own = {label for _, label, _ in FEEDBACK_ELEMENTS[outcome]}
        shown = {label for label in others if f"✓{label}" in seat.glass or f"✗{label}" in seat.glass}
        assert shown == own
        await seat.press("f8")
        await seat.see("已按原派单方式反馈")
    (feedback,) = past.now(ticket).handling.feedbacks
    assert past.now(ticket).state is State.FED_BACK
    assert (feedback.outcome, feedback.channel) == (outcome, "系统")
    assert set(feedback.elements) == {name for name, _, _ in FEEDBACK_ELEMENTS[outcome]}
    assert feedback.elements["unit"] == UNIT


@pytest.mark.clause("B.3.3")
async def test_the_result_is_told_with_every_blank_filled_or_shown_as_one(sit: Sit, past: Past) -> None:
    """You should see nine blanks filled as one writes, a blank where nothing stands, never XX, and the course made."""
    past.contacted("路灯不亮")
    async with at_desk(sit, size=(80, 50)) as seat:
        await list_named(seat, "办理中")
        await seat.press("f8", "1")
        await seat.see("及时与＿＿核实办理。望京街道办事处派＿＿去朝阳区望京街道望京西路查看路灯不亮问题")
        assert "XX" not in seat.glass
        await seat.press("f5")
        await seat.see("还没有填全")
        for name, words in {
            "section": "城管办",
            "officer": "科员李明",
            "process": "现场排查",
            "finding": "线路老化",
            "measures": "更换线路。",
        }.items():
            await seat.fill(**{name: words})
        await seat.see(
            "本次联系您是反馈一下您于11月24日通过12345热线反映过关于路灯不亮的问题。接到您反映的问题，我们很重视，"
            "及时与城管办核实办理。望京街道办事处派科员李明去朝阳区望京街道望京西路查看路灯不亮问题，经详细现场排查，"
            "发现存在线路老化现象，已采取更换线路措施进行处置。"
        )
        assert "＿＿" not in seat.glass
        await seat.press("f5")
        assert (
            seat.value("course") == "与城管办核实，派科员李明到朝阳区望京街道望京西路查看；经现场排查，发现线路老化。"
        )


@pytest.mark.clause("5.2.2.2.5")
async def test_vague_words_of_a_reply_are_shown_before_it_goes_out(sit: Sit, past: Past) -> None:
    """You should see the words with their clause, the first F8 held back, the second sending as it is."""
    ticket = past.contacted("请问几点开门", types=["咨询"])
    async with at_desk(sit) as seat:
        await list_named(seat, "办理中")
        await seat.press("f8", "1")
        for name in ("course", "told"):
            await seat.fill(**{name: "可能九点开门"})
        await seat.see("“可能”5.1.3.4c")
        await seat.press("f8")
        await seat.see("用语不合5.1.3.4（5.2.2.2.5）", "再按一次F8照发")
        assert past.now(ticket).state is State.HANDLING
        await seat.press("f8")
        await seat.see("已按原派单方式反馈")


async def test_changing_the_outcome_loses_no_word(sit: Sit, past: Past) -> None:
    """You should see what both outcomes ask for stay, and what one alone asks for come back."""
    past.contacted("路灯不亮")
    async with at_desk(sit) as seat:
        await list_named(seat, "办理中")
        await seat.press("f8", "1")
        for name, words in {"measures": "更换线路", "told": "已电话告知"}.items():
            await seat.fill(**{name: words})
        seat.app.screen.query_one("#outcome").focus()
        await seat.press("2")
        await seat.see("✗未解决原因")
        assert "主要措施" not in seat.glass
        assert seat.value("told") == "已电话告知"
        await seat.press("1")
        assert seat.value("measures") == "更换线路"


async def test_a_half_written_reply_outlives_esc_and_the_session(sit: Sit, past: Past) -> None:
    """You should see it told in the ticket, and whole again, also at a console that was opened anew."""
    past.contacted("路灯不亮")
    async with at_desk(sit) as seat:
        await list_named(seat, "办理中")
        await seat.press("f8", "1")
        await seat.fill(course="已派人，")
        await seat.press("escape")
        await seat.see("写到一半：办理结果（F8）")
        await seat.press("f8")
        await seat.until(lambda: seat.app.screen.query("#course"))
        assert seat.value("course") == "已派人，"
        seat.app.screen.query_one("#course").focus()
        await seat.press("end")
        await seat.type("今日修好")
        # No farewell: the session is killed here, as far as the files know.
        async with at_desk(sit) as again:
            await list_named(again, "办理中")
            await again.see("写到一半：办理结果（F8）")
            await again.press("f8")
            await again.until(lambda: again.app.screen.query("#course"))
            assert again.value("course") == "已派人，今日修好"
            assert again.value("outcome") == SOLVED


async def test_a_change_by_another_is_shown_and_what_was_typed_stays(sit: Sit, past: Past) -> None:
    """You should see the colleague's step named, the text still there, and F8 sending it on top of theirs."""
    ticket = past.contacted("路灯不亮")
    async with at_desk(sit) as seat:
        await list_named(seat, "办理中")
        await seat.press("f5")
        await seat.type("已派人")
        Handling(past.house, LEADER).progress(past.now(ticket), "已约施工队")
        await seat.press("f8")
        await seat.see("刚被他人改动（3002记办理进展）")
        assert seat.value("text") == "已派人"
        await seat.press("f8")
        await seat.see("已记下办理进展")
        assert [note.text for note in past.now(ticket).handling.progress] == ["已约施工队", "已派人"]


# -- the leader -------------------------------------------------------------------------------------------------------


@pytest.mark.clause("5.2.2.3.1")
async def test_a_web_request_goes_back_by_way_of_the_leader(sit: Sit, past: Past) -> None:
    """You should see the opinion watch demanded, the whole reply before the leader, a reason wanted to refuse it."""
    ticket = past.contacted("占道经营", source=WEB)
    async with at_desk(sit, size=(80, 50)) as seat:
        await list_named(seat, "办理中")
        await seat.see("F8写办理结果，报主管领导审核（5.2.2.3.1）")
        await seat.press("f8", "1")
        await seat.see("网络诉求：报主管领导审核后反馈", "✗舆情信息5.2.2.3.1")
        for name in ("course", "measures", "told"):
            await seat.fill(**{name: "已清理"})
        await seat.press("f8")
        await seat.see("请写明关注到的舆情信息，没有的写“未发现”（5.2.2.3.1）")
        await seat.fill(opinion_watch="未发现")
        await seat.press("f8")
        await seat.see("已报主管领导审核", "待审核1")
        await list_named(seat, "待审核")
        await seat.press("f8")
        await seat.see("审核通过须由承办负责人操作：3001没有这个角色")
    async with leader(sit) as seat:
        await seat.see("待审核1", "F8主管领导审核")
        await seat.press("f8")
        await seat.see("3001号", "主要措施：已清理", "舆情信息：未发现", "占道经营，要求处理")
        await seat.press("f4")
        await seat.see("审核不通过要写明理由（5.2.2.3.1）")
        await seat.type("请附照片")
        await seat.press("f4")
        await seat.see("审核不通过，已退给报审人")
    assert past.now(ticket).state is State.HANDLING
    async with at_desk(sit, size=(80, 50)) as seat:
        await list_named(seat, "办理中")
        await seat.see("审核不通过：请附照片", "占道经营驳")
        await seat.press("f8")
        await seat.see("1●已解决", "审核不通过：请附照片")
        assert seat.value("measures") == "已清理"
        await seat.press("f8")
        await seat.see("已报主管领导审核")
    async with leader(sit) as seat:
        await seat.see("待审核1")
        await seat.press("f8", "f8")
        await seat.see("审核通过，已反馈")
    assert past.now(ticket).state is State.FED_BACK
    assert past.now(ticket).handling.feedbacks[-1].reviewed_by == "3002"


@pytest.mark.clause("5.2.2.3.1")
async def test_a_leader_cannot_review_their_own_reply(sit: Sit, past: Past) -> None:
    """You should see the key say that another leader has to."""
    past.replied("占道经营", source=WEB)
    async with at_desk(sit, Role.UNIT, Role.UNIT_LEADER) as seat:
        await seat.see("待审核1")
        await seat.press("f8")
        await seat.see("报审人不能审核自己的办理情况：请由主管领导审核（5.2.2.3.1）")


# -- the lists --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("5.2.2.1.1a")
async def test_the_district_sees_its_copies_and_only_reads(sit: Sit, past: Past) -> None:
    """You should see the street's ticket at its district, and why no key acts on it."""
    past.dispatched("路灯不亮")
    async with at_desk(sit, agent_no="3201", unit=DISTRICT, size=(140, 40)) as seat:
        await seat.see("没有待签收的工单")
        await list_named(seat, "抄送")
        await seat.see("路灯不亮", "督促协调，只读", "主办望京街道办事处·同时送朝阳区人民政府")
        for key in ("f8", "f4", "f5", "f6"):
            await seat.press(key)
            await seat.see("抄送件由望京街道办事处承办，本单位督促协调，不签收、不反馈（5.2.2.1.1）")


@pytest.mark.clause("6.2.2")
async def test_another_units_tickets_are_in_no_list(sit: Sit, past: Past) -> None:
    """You should see none of them at the unit desk, nor at the ticket desk."""
    past.dispatched("管线图纸", unit=HELPER)
    past.waiting("还没有派出")
    own = past.dispatched("路灯不亮")
    async with at_desk(sit) as seat:
        for _ in range(7):
            await seat.press("f2")
            assert "管线图纸" not in seat.glass
        seat.app.open_desk("工单")
        await seat.see("全部状态1件", own.number)
        assert "管线图纸" not in seat.glass
        assert "还没有派出" not in seat.glass


@pytest.mark.clause("5.2.2.2.1a")
@pytest.mark.clause("5.2.2.3.2")
@pytest.mark.clause("5.2.3a")
async def test_time_left_is_told_by_words_and_the_shortest_comes_first(sit: Sit, past: Past, clock: Any) -> None:
    """You should see 临 near the end and 超 past it, the counts above, and what the system sent."""
    past.dispatched("先派的")
    clock.advance(3 * 3600)
    past.dispatched("后派的")
    clock.advance(21.5 * 3600)
    remind(past.house.tickets, clock.now())
    async with at_desk(sit) as seat:
        await seat.see("超0:30", "临2:30", "超期1", "临期1", "系统督办2026-11-2511:02（5.2.3a）")
        first, second = (line for line in seat.lines if "派的" in line and ("超0" in line or "临2" in line))
        assert "先派的" in first
        assert "后派的" in second
        await seat.see("前签收，已超0:30，超期")


async def test_a_colleague_with_the_ticket_open_is_seen(sit: Sit, past: Past) -> None:
    """You should see who reads it and where; and nothing once they have gone."""
    ticket = past.signed("路灯不亮")
    async with at_desk(sit) as seat:
        await list_named(seat, "办理中")
        await seat.press("f5")
        await seat.see("办理进展·")
        held = past.house.looking.others(ticket.id, "3002", seat.clock.now())
        assert [(each.agent_no, each.desk) for each in held] == [("3001", "承办")]
        await seat.press("escape")
        await seat.until(lambda: not past.house.looking.others(ticket.id, "3002", seat.clock.now()))
        past.house.looking.at(ticket.id, "3002", "承办", seat.clock.now())
        seat.app.screen.arrived()
        await seat.see("3002号正在承办台查看")


async def test_the_cursor_stays_on_its_ticket_as_others_arrive(sit: Sit, past: Past) -> None:
    """You should see the same ticket under the cursor after a more urgent one came before it."""
    past.dispatched("路灯不亮")
    past.dispatched("垃圾成堆")
    async with at_desk(sit) as seat:
        await seat.press("down")
        await seat.see("2/2", "垃圾成堆，要求处理")
        earlier = FixedClock(seat.clock.now() - timedelta(hours=5))
        past.house.clock, now = earlier, past.house.clock
        past.dispatched("早就该签的")
        past.house.clock = now
        seat.app.screen.arrived()
        await seat.see("3/3", "垃圾成堆，要求处理", "早就该签的")


async def test_a_search_narrows_the_list_and_esc_clears_it(sit: Sit, past: Past) -> None:
    """You should see what is found, what to do where nothing is, and the whole list again."""
    past.dispatched("路灯不亮")
    past.dispatched("垃圾成堆")
    async with at_desk(sit) as seat:
        await seat.press("f3")
        await seat.type("垃圾")
        await seat.see("1/1", "垃圾成堆")
        assert "路灯" not in seat.glass
        await seat.type("无")
        await seat.see("“待签收”里没有符合“垃圾无”的工单：按Esc清除")
        await seat.press("f8")
        await seat.see("“待签收”里没有选中的工单")
        await seat.press("escape")
        await seat.see("2/2", "路灯不亮")
        await seat.press("escape")
        await seat.see("没有查找词")


async def test_the_form_and_the_history_take_turns_with_the_summary(sit: Sit, past: Past) -> None:
    """You should see appendix D, then every step, then the summary again."""
    past.contacted("路灯不亮")
    async with at_desk(sit, size=(140, 50)) as seat:
        await list_named(seat, "办理中")
        await seat.press("f7")
        await seat.see("诉求工单", "承办单位")
        await seat.press("f7")
        await seat.see("联系诉求人3001号5.2.2.2.2", "已接通：情况属实")
        await seat.press("f7")
        await seat.see("派单意见请尽快核实")


@pytest.mark.parametrize("columns", [80, 100, 140])
async def test_rows_keep_their_columns(sit: Sit, past: Past, columns: int) -> None:
    """You should see time, urgency and type in the same columns whatever the title's length."""
    past.dispatched("短")
    past.dispatched("长" * 60)
    async with at_desk(sit, size=(columns, 30)) as seat:
        await seat.see("待签收2")
        listed = seat.app.screen.query_one(PickList)
        rows = [seat.app.screen._rows[at] for at in range(2)]
        assert {cell_len(row.plain) <= listed.size.width - 2 for row in rows} == {True}
        assert len({row.plain.index("投诉") for row in rows}) == 1


@pytest.fixture
def ten_thousand(house: Any, past: Past) -> list[Ticket]:
    """As many tickets as a large street gets in a year, all waiting to be signed."""
    first = past.dispatched("第0件")
    day = house.clock.now().date()
    house.tickets.numbers.add(day, range(20_000, 30_000))
    dispatched = house.tickets.events(first.id)[-1].payload
    submitted = house.tickets.events(first.id)[-2].payload
    acts = []
    for serial in range(1, 10_000):
        events = [
            NewEvent(Kind.REGISTERED, {"record": {"title": f"第{serial}件", "types": ["投诉"]}}),
            NewEvent(Kind.SUBMITTED, submitted),
            NewEvent(Kind.DISPATCHED, dispatched),
        ]
        acts.append(Act(new_id(), events, number_day=day))
    made: list[Ticket] = house.tickets.act(acts, SYSTEM, house.clock.now())
    house._db.execute("DELETE FROM outbox")  # or carrying them to the queue would be measured as well
    return made


async def test_ten_thousand_tickets_are_listed_by_pages(sit: Sit, house: Any, ten_thousand: list[Ticket]) -> None:
    """You should see a bounded number of statements and of rows read to open the desk and to move."""
    assert len(ten_thousand) == 9_999
    read: list[int] = []
    page = house.tickets.page
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house.tickets, "page", lambda *given: _counted(page(*given), read))
        patch.setattr(
            house.tickets, "changes", lambda: 0
        )  # the session's own sync writes too, and the desk looks again
        async with at_desk(sit) as seat:
            await seat.see("待签收10000", "1/10000")
            opened = len(read)
            assert sum(read) <= 600
            statements: list[str] = []
            house._db.set_trace_callback(statements.append)
            await seat.press("down", "down", "down")
            await seat.see("4/10000")
            house._db.set_trace_callback(None)
            assert len(read) == opened
            moved = [text for text in statements if not text.startswith("PRAGMA")]
            assert not [text for text in moved if "FROM tickets" in text or "ticket_units" in text]
            await seat.press("end")
            await seat.see("10000/10000")
            assert sum(read) <= 900


def _counted(found: list[Ticket], read: list[int]) -> list[Ticket]:
    read.append(len(found))
    return found


def test_the_store_counts_in_one_statement(house: Any, past: Past) -> None:
    """You should see one statement for all lists, however many they are."""
    past.dispatched("路灯不亮")
    past.contacted("垃圾成堆")
    statements: list[str] = []
    connection: sqlite3.Connection = house._db
    connection.set_trace_callback(statements.append)
    counts = UnitDesk(house, HANDLER).counts()
    connection.set_trace_callback(None)
    assert len(statements) == 1
    assert {name: count for name, count in counts.lists.items() if count} == {"待签收": 1, "办理中": 1}


def test_a_request_that_was_never_dispatched_belongs_to_no_unit(house: Any) -> None:
    """You should see no part of any unit in it."""
    ticket = Registration(house, TAKER, new_id()).submit(record("路灯不亮"), house.clock.now())
    desk = UnitDesk(house, HANDLER)
    assert desk.part(ticket) == ""
    assert desk.why_not(ticket, desk.next_step(ticket).kind)
