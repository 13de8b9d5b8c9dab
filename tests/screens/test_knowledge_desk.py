"""The knowledge desk: drafting, checking by a second person, withdrawing, undoing, reports."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from data.people import Actor, Role
from kb.articles import KnowledgeError
from screens.knowledge.edit import EditDialog
from screens.widgets.chrome import Notice
from tests.screens.test_knowledge_page import article

Sit = Callable[..., Any]

EDITOR, OTHER = "6001", "6002"


def editor(number: str) -> Actor:
    """An editor with this number."""
    return Actor(number, roles=frozenset({Role.EDITOR}))


def answers(house: Any) -> bool:
    """Whether a caller may be answered with the article."""
    return "鸵鸟饲养登记" in [hit.title for hit in house.kb.search("鸵鸟饲养登记") if hit.answerable]


async def write(seat: Any, **fields: str) -> None:
    """Fill fields of the page."""
    for name, words in fields.items():
        seat.app.screen.query_one(f"#{name}").focus()
        await seat.rest()
        await seat.type(words)


@pytest.mark.clause("6.3.4")
async def test_one_writes_and_another_passes(sit: Sit, house: Any) -> None:
    """You should see an article written, kept from its author's own check, passed by another, and live."""
    async with sit(Role.EDITOR, agent_no=EDITOR) as seat:
        await seat.see("没有待核的草稿")
        await seat.press("ctrl+n")
        await seat.press("f8")
        await seat.see("“标题”为空")
        await write(seat, title="鸵鸟饲养登记", body="到区农业农村局登记。", topic="农业", owner="市农业农村局")
        await seat.press("f8")
        await seat.see("已提交")
        await seat.press("f8")
        await seat.see("不能核对自己写的")
    assert not answers(house)
    async with sit(Role.EDITOR, agent_no=OTHER) as seat:
        await seat.see("待核1", "鸵鸟饲养登记", "6001号")
        await seat.press("f7")
        await seat.see("新文章，没有前一版", "＋到区农业农村局登记。")
        await seat.press("f8")
        await seat.see("已通过")
        assert answers(house)
        await seat.press("f6")
        await seat.see("回到待核")
        assert not answers(house)


@pytest.mark.clause("6.3.4")
async def test_a_draft_is_given_back_and_an_article_withdrawn_with_a_reason(sit: Sit, house: Any) -> None:
    """You should see no act without a reason, and the reason where the author and the call desk look."""
    house.kb.import_articles([article()])
    house.upkeep.submit(article(body="改了"), editor(EDITOR), 1)
    async with sit(Role.EDITOR, agent_no=OTHER) as seat:
        await seat.see("改第1版")
        await seat.press("f7")
        await seat.see("与第1版相比", "－到区农业农村局登记。", "＋改了")
        await seat.press("f5", "f8")
        await seat.see("退回要写明原因")
        await seat.type("没有依据")
        await seat.press("f8")
        await seat.see("退回原因（6002号）：没有依据")
        await seat.press("f2")
        await seat.type("鸵鸟")
        await seat.see("筛出1")
        await seat.press("f5")
        await seat.type("政策停止")
        await seat.press("f8")
        with pytest.raises(KnowledgeError, match="政策停止"):
            house.kb.for_answer("z1")
        await seat.press("f6")
        await seat.see("恢复在用")
        assert house.kb.for_answer("z1").body == "到区农业农村局登记。"


@pytest.mark.clause("6.3.1")
async def test_a_miss_is_handled_or_becomes_an_article(sit: Sit, house: Any) -> None:
    """You should see the miss give a new article its title, and go from the list with the words of its handling."""
    house.upkeep.reports.add("未命中", "养鸵鸟", Actor("8041"))
    async with sit(Role.EDITOR, agent_no=EDITOR) as seat:
        await seat.press("f2", "f2", "f2")
        await seat.see("养鸵鸟", "未定单位")
        house.upkeep.reports.add("未命中", "养鸵鸟？", Actor("8042"))
        await seat.pass_time(1)
        await seat.see("▸2次养鸵鸟？")
        await seat.press("f4")
        assert seat.value("title") == "养鸵鸟？"
        await seat.press("escape", "f8")
        await seat.type("已补")
        await seat.press("f8")
        await seat.see("没有待处理的“未找到”")
        await seat.press("f6")
        await seat.see("回到列表")


async def test_what_is_half_written_is_there_after_the_session_ended(sit: Sit, house: Any) -> None:
    """You should see each field again in a new session, without anything having been handed in."""
    async with sit(Role.EDITOR, agent_no=EDITOR) as seat:
        await seat.press("ctrl+n")
        await write(seat, title="写到一半", body="第一句")
    async with sit(Role.EDITOR, agent_no=EDITOR) as seat:
        await seat.see("《写到一半》还在")
        await seat.press("f4")
        await seat.press("ctrl+n")
        assert isinstance(seat.app.screen, EditDialog)
        assert (seat.value("title"), seat.value("body")) == ("写到一半", "第一句")
        await seat.press("f4")
        await seat.see("再按一次")
        await seat.press("f4", "ctrl+n")
        assert seat.value("title") == ""
    assert house.upkeep.drafts() == []


async def test_what_others_do_is_seen_and_no_key_acts_on_another_draft(sit: Sit, house: Any) -> None:
    """You should see new drafts come, the cursor stay on its own, and F8 do nothing once that one was decided on."""
    house.upkeep.submit(article(title="先交的"), editor("6003"), 0)
    async with sit(Role.EDITOR, agent_no=EDITOR) as seat:
        await seat.see("待核1", "先交的")
        mine = house.upkeep.submit(article(id="z2", title="后交的"), editor("6003"), 0)
        await seat.pass_time(1)
        await seat.see("待核2", "▸待核先交的")
        await seat.press("down")
        await seat.see("▸待核后交的")
        house.upkeep.pass_check(house.upkeep.drafts("先交的")[0], editor(OTHER))
        await seat.pass_time(1)
        await seat.see("待核1", "▸待核后交的")
        house.upkeep.submit(article(id="z2", title="后交的", body="又改"), editor("6004"), 0, mine)
        await seat.pass_time(1)
        await seat.see("《后交的》刚有改动")
        await seat.press("f8")
        assert house.upkeep.draft(mine.number).state == "待核"
        await seat.press("down")
        await seat.see("▸待核后交的", "又改")
        house.upkeep.submit(article(id="z3", title="第三篇"), editor("6003"), 0)
        house.upkeep.pass_check(house.upkeep.draft(mine.number), editor(OTHER))
        await seat.pass_time(1)
        await seat.see("《后交的》已由6002号处理（已通过）", "第三篇")
        await seat.press("f8")
        assert [draft.state for draft in house.upkeep.drafts()] == ["待核"]
        await seat.press("down", "f8")
        assert house.upkeep.drafts() == []


async def test_nothing_moves_behind_a_page(sit: Sit, house: Any) -> None:
    """You should see what others did only once one has come back from the page above."""
    draft = house.upkeep.submit(article(), editor("6003"), 0)
    async with sit(Role.EDITOR, agent_no=EDITOR) as seat:
        await seat.see("待核1")
        await seat.press("f5")
        house.upkeep.pass_check(draft, editor(OTHER))
        await seat.pass_time(1)
        assert not seat.app.screen_stack[-2].query_one(Notice).display
        await seat.type("没有依据")
        await seat.press("f8")
        await seat.see("已由6002号处理（已通过）：请重看后再定")
        await seat.press("escape")
        await seat.see("待核0", "《鸵鸟饲养登记》已由6002号处理（已通过）", "没有待核的草稿")


@pytest.mark.clause("6.3.4")
async def test_each_correction_of_an_article_is_seen_and_closed_with_the_others(sit: Sit, house: Any) -> None:
    """You should see all texts with who wrote them, also while the article is rewritten, and how many were closed."""
    house.kb.import_articles([article()])
    for by, words in (("8041", "电话已改"), ("8042", "地址也不对")):
        house.upkeep.reports.add("纠错", words, Actor(by), article_id="z1", version=1, owner="市农业农村局")
    async with sit(Role.EDITOR, agent_no=EDITOR) as seat:
        await seat.press("f2", "f2", "f2", "f2")
        await seat.see(
            "2次地址也不对", "纠错1/2：电话已改", "8041号11-2410:32·看的是第1版", "纠错2/2：地址也不对", "8042号"
        )
        await seat.type("电话")
        await seat.see("2次地址也不对")
        taken_back = house.upkeep.reports.add("纠错", "报错了", Actor("8042"), article_id="z1", version=1)
        await seat.pass_time(1)
        await seat.see("“地址也不对”刚有改动")
        house.upkeep.reports.take_back(taken_back, Actor("8042"))
        await seat.pass_time(1)
        await seat.see("▸2次地址也不对")
        await seat.press("f4")
        await seat.see("纠错：电话已改8041号", "纠错：地址也不对8042号", "标题")
        await seat.press("escape", "f8")
        await seat.see("2条一并处理")
        house.upkeep.reports.add("纠错", "第三条", Actor("8043"), article_id="z1", version=1)
        await seat.type("已改")
        await seat.press("f8")
        await seat.see("已处理2条")
        assert [each.text for each in house.upkeep.reports.open("纠错")] == ["第三条"]
        await seat.press("f6")
        assert house.upkeep.reports.open("纠错")[0].times == 3


@pytest.mark.clause("6.3.4")
async def test_each_version_can_be_reached_from_the_changes(sit: Sit, house: Any) -> None:
    """You should see each version beside the one before it, who stored it when, and the keys that lead on."""
    house.kb.import_articles([article()], by="6009")
    for version, body in enumerate(("第二", "第三", "第四"), start=1):
        house.upkeep.pass_check(house.upkeep.submit(article(body=body), editor(EDITOR), version), editor(OTHER))
    house.upkeep.submit(article(body="草稿"), editor(EDITOR), 4)
    async with sit(Role.EDITOR, agent_no=OTHER) as seat:
        await seat.see("待核1")
        await seat.press("ctrl+r")
        await seat.see("先按F7看改动")
        await seat.press("f7")
        await seat.see("草稿·6001号2026-11-2410:32提交·Ctrl+R更早", "与第4版相比", "－第四", "＋草稿")
        await seat.press("ctrl+t")
        await seat.see("已是最新的改动")
        await seat.press("ctrl+r")
        await seat.see("第4版·6001号2026-11-2410:32存入", "6002号核对", "Ctrl+T更新", "与第3版相比", "－第三", "＋第四")
        await seat.press("ctrl+r", "ctrl+r", "ctrl+r")
        await seat.see("第1版·6009号", "新文章，没有前一版")
        await seat.press("ctrl+r")
        await seat.see("已是最早的版本")
        await seat.press("ctrl+t")
        await seat.see("第2版·", "与第1版相比", "－到区农业农村局登记。", "＋第二")
        await seat.press("f2")
        await seat.type("鸵鸟")
        await seat.see("第4版·", "与第3版相比")
        await seat.press("ctrl+r")
        await seat.see("第3版·", "与第2版相比")


async def test_an_imported_draft_is_new_until_it_was_checked(sit: Sit, house: Any) -> None:
    """You should see it called new, its whole text as added, although it is found already."""
    house.upkeep.take_in([article()], Actor("3001"))
    async with sit(Role.EDITOR, agent_no=OTHER) as seat:
        await seat.see("鸵鸟饲养登记新3001号")
        await seat.press("f7")
        await seat.see("新文章，没有前一版", "＋到区农业农村局登记。")
        await seat.press("f4")
        await seat.see("起草·新文章")


async def test_what_is_used_most_is_marked_where_it_answers_nobody_any_more(sit: Sit, house: Any) -> None:
    """You should see an expired and a withdrawn article marked among the most used."""
    house.kb.import_articles(
        [article(valid_until=date(2026, 11, 1)), article(id="z2", title="养鸽登记", withdrawn="停")]
    )
    for used in ("z1", "z1", "z2"):
        house.upkeep.counts.used(used, "答复")
    async with sit(Role.EDITOR, agent_no=OTHER) as seat:
        await seat.press("f2", "f2", "f2", "f2", "f2")
        await seat.see("用2次看0次鸵鸟饲养登记市农业农村局✗已失效", "用1次看0次养鸽登记市农业农村局✗已撤回")


async def test_the_true_number_stands_above_a_list_that_is_cut_or_narrowed(sit: Sit, house: Any) -> None:
    """You should see how many there are, that only the first are listed, and Esc lift what narrows them."""
    house.kb.import_articles([article(id=f"z{number}") for number in range(1001)])
    there = house.upkeep.lists.count_live()
    assert there > 1001
    house.upkeep.submit(article(id="z0", body="改了"), editor("6003"), 1)
    async with sit(Role.EDITOR, agent_no=OTHER) as seat:
        await seat.type("海水")
        await seat.see("待核1筛出0", "“待核”里没有符合“海水”的：按Esc清除")
        await seat.press("escape")
        await seat.see("待核1未找到", "▸待核鸵鸟")
        await seat.press("escape")
        await seat.see("没有查找词")
        await seat.press("f2")
        await seat.see(f"在用{there}只列前1000：输入词缩小")
        await seat.type("鸵鸟")
        await seat.see(f"在用{there}筛出的太多，只列1000")
        await seat.type(" z10")
        await seat.see(f"在用{there}筛出12")


@pytest.mark.clause("6.3.4")
async def test_the_drafter_takes_the_draft_back(sit: Sit, house: Any) -> None:
    """You should see one's own draft go and come again with undo; one that others wrote in as well stays."""
    draft = house.upkeep.submit(article(), editor(EDITOR), 0)
    async with sit(Role.EDITOR, agent_no=EDITOR) as seat:
        await seat.see("待核1")
        await seat.press("f5")
        await seat.see("已撤回自己的草稿《鸵鸟饲养登记》", "待核0")
        assert house.upkeep.draft(draft.number).state == "已放弃"
        await seat.press("f6")
        await seat.see("回到待核", "待核1")
        house.upkeep.submit(article(body="又改"), editor(OTHER), 0, house.upkeep.draft(draft.number))
        await seat.pass_time(1)
        await seat.press("down", "f5")
        await seat.see("这份草稿您也写过，不能自己退回", "请另一位知识管理员退回")
        assert house.upkeep.draft(draft.number).state == "待核"


async def test_enter_goes_from_field_to_field(sit: Sit) -> None:
    """You should see Enter in the title lead to the text, and stay a new line there."""
    async with sit(Role.EDITOR, agent_no=EDITOR) as seat:
        await seat.press("ctrl+n")
        await seat.type("标题")
        await seat.press("enter")
        await seat.type("正文")
        await seat.press("enter")
        await seat.type("二")
        assert (seat.value("title"), seat.value("body")) == ("标题", "正文\n二")
