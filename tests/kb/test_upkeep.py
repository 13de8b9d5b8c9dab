"""The life of an article: drafted, checked by a second person, live, taken back, withdrawn."""

from datetime import date

import pytest

from data.clock import FixedClock
from data.people import SYSTEM, Actor, Role
from kb.articles import ArticleError, KnowledgeError
from kb.search import KnowledgeBase
from kb.upkeep import Conflict, Upkeep, UpkeepRefused
from tests.kb.conftest import NOW

EDITOR, OTHER = (Actor(number, roles=frozenset({Role.EDITOR})) for number in ("6001", "6002"))
TAKER = Actor("1001", roles=frozenset({Role.CALL_TAKER}))
UNIT = Actor("3001", roles=frozenset({Role.UNIT}))


@pytest.fixture
def clock() -> FixedClock:
    """A clock to move."""
    return FixedClock(NOW)


@pytest.fixture
def upkeep(base: KnowledgeBase, clock: FixedClock) -> Upkeep:
    """The upkeep of an empty knowledge base."""
    return Upkeep(base, clock)


@pytest.mark.clause("6.3.4")
def test_a_draft_answers_nobody_until_a_second_person_has_checked_it(upkeep: Upkeep, base: KnowledgeBase, make) -> None:
    """You should see a draft neither found nor read nor answered with; checked by another, it is."""
    draft = upkeep.submit(make(), EDITOR, 0)
    assert base.search("居住证") == []
    with pytest.raises(KnowledgeError):
        base.for_answer("a-1")
    with pytest.raises(UpkeepRefused, match="起草人（6001号）不能核对自己写的"):
        upkeep.pass_check(draft, EDITOR)
    with pytest.raises(UpkeepRefused, match="不是知识管理员"):
        upkeep.pass_check(draft, TAKER)
    with pytest.raises(UpkeepRefused, match="不是知识管理员"):
        upkeep.pass_check(draft, SYSTEM)
    assert base.search("居住证") == []
    assert upkeep.pass_check(draft, OTHER).version == 1
    assert base.for_answer("a-1").version == 1
    assert upkeep.check_of("a-1", 1) == (("6001",), "6002")
    assert upkeep.drafts() == []


@pytest.mark.clause("6.3.1")
def test_an_article_is_checked_on_the_day_it_is_passed_and_never_after_today(
    upkeep: Upkeep, base: KnowledgeBase, clock: FixedClock, make
) -> None:
    """You should see the day of passing where no date was written, a date of tomorrow refused, and a past one kept."""
    draft = upkeep.submit(make(checked_on=None), EDITOR, 0)
    clock.advance(2 * 86_400)
    assert upkeep.pass_check(draft, OTHER).checked_on == date(2026, 11, 22)
    with pytest.raises(ArticleError, match="在今天之后"):
        upkeep.submit(make(id="b", checked_on=date(2026, 11, 23)), EDITOR, 0)
    with pytest.raises(ArticleError, match="在今天之后"):
        upkeep.put_in([make(id="b", checked_on=date(2026, 11, 23))], TAKER, EDITOR)
    upkeep.take_in([make(id="b", checked_on=date(2026, 11, 23))], TAKER)  # as a release before this one did
    with pytest.raises(ArticleError, match="在今天之后"):
        upkeep.pass_check(upkeep.drafts()[0], OTHER)
    assert upkeep.live("b").unchecked
    kept = upkeep.pass_check(upkeep.submit(make(id="c", checked_on=date(2026, 11, 1)), EDITOR, 0), OTHER)
    assert kept.checked_on == date(2026, 11, 1)


@pytest.mark.clause("6.3.4")
def test_nobody_puts_articles_live_alone(upkeep: Upkeep, base: KnowledgeBase, make) -> None:
    """You should see an editor refused who checks what nobody else is named for, and nothing stored."""
    for author in (SYSTEM, EDITOR):
        with pytest.raises(UpkeepRefused):
            upkeep.put_in([make()], author, EDITOR)
    assert upkeep.live("a-1") is None
    upkeep.put_in([make(checked_on=None)], TAKER, EDITOR)
    assert base.for_answer("a-1").checked_on == NOW.date()


@pytest.mark.clause("6.3.4")
def test_whoever_wrote_in_a_draft_may_not_check_it(upkeep: Upkeep, make) -> None:
    """You should see an editor who mended another's draft become one of its authors."""
    draft = upkeep.submit(make(), UNIT, 0)
    mended = upkeep.submit(make(body="改过的正文"), EDITOR, 0, draft)
    assert mended.authors == ("3001", "6001")
    with pytest.raises(UpkeepRefused):
        upkeep.pass_check(mended, EDITOR)
    with pytest.raises(UpkeepRefused, match="刚被改写"):
        upkeep.pass_check(draft, OTHER)
    assert upkeep.pass_check(mended, OTHER).body == "改过的正文"


@pytest.mark.clause("6.3.4")
def test_a_refusal_needs_a_reason_and_goes_back_to_its_author(upkeep: Upkeep, make) -> None:
    """You should see the reason on the draft, and the draft again when it is handed in anew."""
    draft = upkeep.submit(make(), EDITOR, 0)
    with pytest.raises(UpkeepRefused, match="原因"):
        upkeep.refuse(draft, OTHER, "  ")
    back = upkeep.refuse(draft, OTHER, "没有写依据")
    assert (back.state, back.reason) == ("退回", "没有写依据")
    again = upkeep.submit(make(source="某条例第三条"), EDITOR, 0, back)
    assert (again.state, again.revision) == ("待核", 2)


@pytest.mark.clause("6.3.1")
def test_a_draft_over_an_older_version_shows_both(upkeep: Upkeep, make) -> None:
    """You should see a conflict with the newer live version in place of it being overwritten."""
    upkeep.pass_check(upkeep.submit(make(), EDITOR, 0), OTHER)
    first = upkeep.submit(make(body="甲改的"), EDITOR, 1)
    second = upkeep.submit(make(body="乙改的"), OTHER, 1)
    upkeep.pass_check(second, EDITOR)
    with pytest.raises(Conflict) as conflict:
        upkeep.pass_check(first, OTHER)
    assert (conflict.value.draft.body, conflict.value.live.body) == ("甲改的", "乙改的")
    assert upkeep.live("a-1").body == "乙改的"


@pytest.mark.clause("6.3.1")
def test_a_pass_can_be_undone_for_ten_minutes_by_whoever_passed(
    upkeep: Upkeep, base: KnowledgeBase, clock: FixedClock, make
) -> None:
    """You should see the version before live again, a new article withdrawn, and the draft waiting anew."""
    draft = upkeep.submit(make(), EDITOR, 0)
    upkeep.pass_check(draft, OTHER)
    with pytest.raises(UpkeepRefused, match="不是您刚处理的"):
        upkeep.undo(upkeep.draft(draft.number), EDITOR)
    back = upkeep.undo(upkeep.draft(draft.number), OTHER)
    with pytest.raises(KnowledgeError, match="已撤回"):
        base.for_answer("a-1")
    upkeep.pass_check(back, OTHER)
    changed = upkeep.submit(make(body="新的"), EDITOR, base.get("a-1").version)
    upkeep.pass_check(changed, OTHER)
    upkeep.undo(upkeep.draft(changed.number), OTHER)
    assert base.for_answer("a-1").body == make().body
    assert [version.version for version in base.versions("a-1")] == [1, 2, 3, 4, 5]
    late = upkeep.draft(changed.number)
    upkeep.pass_check(late, OTHER)
    clock.advance(601)
    with pytest.raises(UpkeepRefused, match="超过 10 分钟"):
        upkeep.undo(upkeep.draft(changed.number), OTHER)


@pytest.mark.clause("6.3.4")
def test_a_withdrawn_article_answers_nobody(upkeep: Upkeep, base: KnowledgeBase, make) -> None:
    """You should see a withdrawal by an editor with a reason at once, and undone as it was."""
    article = upkeep.pass_check(upkeep.submit(make(), EDITOR, 0), OTHER)
    with pytest.raises(UpkeepRefused, match="只有知识管理员"):
        upkeep.withdraw(article, "错了", TAKER)
    gone = upkeep.withdraw(article, "政策已停止", EDITOR)
    with pytest.raises(KnowledgeError, match="政策已停止"):
        base.for_answer("a-1")
    assert [hit.answerable for hit in base.search("居住证")] == [False]
    assert upkeep.lists.ailing("withdrawn") == [gone]
    upkeep.undo_withdrawal(gone, EDITOR)
    assert base.for_answer("a-1").body == article.body


@pytest.mark.clause("6.3.4")
def test_what_a_unit_supplies_comes_in_as_drafts_once(upkeep: Upkeep, base: KnowledgeBase, make) -> None:
    """You should see supplied articles found but answer nobody until checked; supplying them again adds nothing."""
    supplied = [make(), make(id="a-2", title="居住登记")]
    assert upkeep.take_in(supplied, UNIT).added == 2
    assert upkeep.take_in(supplied, UNIT).unchanged == 2
    assert [(hit.id, hit.standing, hit.answerable) for hit in base.search("居住登记")][:1] == [("a-2", "未核对", False)]
    assert base.suggest("居住登记", "") == []
    with pytest.raises(KnowledgeError, match="还没有由第二个人核对"):
        base.for_answer("a-2")
    assert upkeep.take_in([make(body="单位改了")], UNIT).changed == 1
    mended = upkeep.submit(make(body="编辑改了"), EDITOR, 0, upkeep.drafts("居住证")[0])
    assert upkeep.take_in([make(body="单位又改")], UNIT).added == 1
    assert upkeep.draft(mended.number).article.body == "编辑改了"
    assert [draft.authors for draft in upkeep.drafts()] == [("3001", "6001"), ("3001",), ("3001",)]


@pytest.mark.clause("6.3.4")
def test_what_was_supplied_answers_once_it_is_checked_and_never_once_given_up(
    upkeep: Upkeep, base: KnowledgeBase, make
) -> None:
    """You should see a passed draft answer, a given up one withdrawn, and a checked article outlive a supplied change."""
    upkeep.take_in([make(), make(id="a-2", title="居住登记")], UNIT)
    drafts = {draft.article.id: draft for draft in upkeep.drafts()}
    upkeep.pass_check(drafts["a-1"], EDITOR)
    assert not base.for_answer("a-1").unchecked
    upkeep.undo(upkeep.drop(drafts["a-2"], EDITOR), EDITOR)
    assert not base.get("a-2").withdrawn
    upkeep.drop(upkeep.draft(drafts["a-2"].number), EDITOR)
    assert base.get("a-2").withdrawn
    upkeep.take_in([make(body="单位改了")], UNIT)
    assert base.for_answer("a-1").body == make().body


@pytest.mark.clause("6.3.4")
def test_put_in_at_once_names_its_checker(upkeep: Upkeep, base: KnowledgeBase, make) -> None:
    """You should see no articles go live on the word of their author or of somebody who is no editor."""
    for checker in (EDITOR, TAKER):
        with pytest.raises(UpkeepRefused):
            upkeep.put_in([make()], EDITOR, checker)
    assert base.stats().articles == 0
    assert upkeep.put_in([make()], EDITOR, OTHER).added == 1
    assert upkeep.check_of("a-1", 1) == (("6001",), "6002")


@pytest.mark.clause("6.3.1")
def test_lists_show_what_ends_is_old_or_unowned(upkeep: Upkeep, base: KnowledgeBase, make) -> None:
    """You should see each ailment list its own articles and nothing else."""
    articles = [
        make(id="ok"),
        make(id="past", valid_until=date(2026, 11, 19)),
        make(id="soon", valid_until=date(2026, 12, 1)),
        make(id="stale", checked_on=date(2025, 1, 1), owner="不存在的单位"),
    ]
    upkeep.put_in(articles, UNIT, EDITOR)
    base.import_articles([make(id="undated", checked_on=None)])  # as releases before this one let it in
    upkeep.counts.used("ok", "答复")
    upkeep.counts.seen("ok", 1, TAKER)
    listed = {name: [one.id for one in upkeep.lists.ailing(name)] for name in ("expired", "soon", "stale")}
    assert listed == {"expired": ["past"], "soon": ["soon"], "stale": ["undated", "stale"]}
    assert [one.id for one in upkeep.lists.unowned({"市公安局"})] == ["stale"]
    for name in ("unused", "unread"):
        assert sorted(one.id for one in upkeep.lists.ailing(name)) == ["soon", "stale", "undated"]
    assert upkeep.lists.count("stale") == 2
    assert upkeep.lists.count("stale", "soon", "expired") == 4
    upkeep.withdraw(upkeep.live("ok"), "停", EDITOR)
    assert upkeep.lists.count_live() == len(upkeep.lists.live()) == 3
    assert upkeep.counts.count_used() == 1


@pytest.mark.clause("6.3.2")
def test_links_read_from_either_end(upkeep: Upkeep, make) -> None:
    """You should see an article linked from another, and a link to nothing told of."""
    upkeep.put_in([make(id="a", related=("b", "nowhere")), make(id="b")], UNIT, EDITOR)
    assert [one.id for one in upkeep.lists.linked("b")] == ["a"]
    assert [one.id for one in upkeep.lists.linked("a")] == ["b"]
    assert upkeep.lists.broken_links() == [("a", "nowhere")]
    upkeep.put_in([make(id="a")], UNIT, EDITOR)
    assert upkeep.lists.linked("b") == []


def test_the_lists_state_tells_of_what_they_show_and_of_nothing_else(upkeep: Upkeep, make) -> None:
    """You should see another state after each act on drafts, articles and reports, none after uses and reads."""
    seen = [upkeep.lists.state()]

    def acted() -> bool:
        seen.append(upkeep.lists.state())
        return seen[-1] not in seen[:-1]

    draft = upkeep.submit(make(), EDITOR, 0)
    assert acted()
    draft = upkeep.submit(make(body="改"), EDITOR, 0, draft)
    assert acted()
    upkeep.refuse(draft, OTHER, "没有依据")
    assert acted()
    upkeep.pass_check(upkeep.submit(make(), EDITOR, 0), OTHER)
    assert acted()
    number = upkeep.reports.add("未命中", "养犬证", TAKER)
    assert acted()
    written = upkeep.file.written()
    upkeep.counts.seen("a-1", 1, TAKER)
    assert not acted()
    assert upkeep.file.written() != written
    upkeep.reports.handle(number, "已补", EDITOR)
    assert upkeep.lists.state() != seen[-1]
