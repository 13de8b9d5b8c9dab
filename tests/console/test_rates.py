"""Response, solution and satisfaction rates (7.1.3.3): against plain SQL over the events, and against known intervals."""

import random
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scipy.stats import binomtest

from console.callback import Calling, Heard
from console.handling import Handling
from console.house import House
from console.rates import (
    BY,
    CALLBACKS,
    MEASURES,
    NOTES,
    PAGES,
    RECORDS,
    SATISFIED,
    TOGETHER,
    UNWRITTEN,
    Table,
    tabulate,
    wilson,
)
from console.ratings import rate_ticket
from console.sampling import Rule, sample
from data.callbacks import CHOICES, FAMILIES, INTERVIEWED, Answer
from data.clock import SHANGHAI, FixedClock, to_storage
from data.db import connect
from data.evaluations import About, Evaluations, Page
from data.evaluations import Heard as Ended
from data.events import Ticket
from data.people import Actor, Role
from tests.console.conftest import Run
from tests.lives import DISPATCHER, OTHER, STREET, Lives
from tests.pasts import Pasts

CALLER = Actor("8107", roles=frozenset({Role.CALLBACK}))
MANY = 320
NOON = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)

# The other route: what was said is taken from the events by set operations alone, never from tickets or their bodies.
CALLED = """
WITH calls AS (
    SELECT e.ticket_id, e.seq, e.at, e.payload,
        (SELECT max(p.seq) FROM events p WHERE p.ticket_id = e.ticket_id AND p.kind = 'callback_planned' AND p.seq < e.seq)
            AS planned,
        coalesce((SELECT min(n.seq) FROM events n WHERE n.ticket_id = e.ticket_id AND n.kind = 'callback_ended'
            AND n.seq > e.seq), 1000000) AS following
    FROM events e WHERE e.kind = 'callback_ended'
), placed AS (
    SELECT *, (SELECT count(*) FROM events f WHERE f.ticket_id = calls.ticket_id AND f.seq < planned
            AND f.kind IN ('fed_back', 'review_passed')) AS reply,
        (SELECT d.payload ->> '$.unit' FROM events d WHERE d.ticket_id = calls.ticket_id AND d.seq < planned
            AND d.kind IN ('dispatched', 'redispatched') ORDER BY d.seq DESC LIMIT 1) AS unit
    FROM calls
), counted AS (
    SELECT *, row_number() OVER (PARTITION BY ticket_id, reply ORDER BY seq DESC) AS place FROM placed
)
SELECT ticket_id, seq, following, payload, unit, payload ->> '$.family' AS family, payload ->> '$.outcome' AS outcome
FROM counted WHERE place = 1 AND at >= :since AND at < :until
"""
ANSWER = """
SELECT coalesce((SELECT a.payload ->> '$.answer.value' FROM events a WHERE a.ticket_id = :ticket AND a.seq > :seq
    AND a.seq < :following AND a.kind = 'callback_amended' AND a.payload ->> '$.question' = :question
    ORDER BY a.seq DESC LIMIT 1), :payload ->> ('$.answers.' || :question || '.value'), '') AS value
"""
RECORD = """
SELECT payload ->> '$.record.place.district' AS district, payload ->> '$.record.place.street' AS street,
    payload ->> '$.record.topic' AS topic
FROM events WHERE ticket_id = :ticket AND kind IN ('registered', 'amended') ORDER BY seq DESC LIMIT 1
"""
LAST_UNIT = """
SELECT payload ->> '$.unit' AS unit FROM events WHERE ticket_id = :ticket AND kind IN ('dispatched', 'redispatched')
    AND seq < :seq ORDER BY seq DESC LIMIT 1
"""
RATED = """
SELECT c.ticket_id, c.seq, r.payload ->> '$.grade' AS grade
FROM events c LEFT JOIN events r ON r.ticket_id = c.ticket_id AND r.kind = 'rated'
WHERE c.kind = 'completed' AND c.payload ->> '$.rating_page' AND coalesce(r.at, c.at) >= :since
    AND coalesce(r.at, c.at) < :until
"""
REPLIED = """
SELECT f.ticket_id, f.seq,
    (SELECT unixepoch(s.at) <= unixepoch(d.payload ->> '$.sign_due') FROM events s WHERE s.ticket_id = f.ticket_id
        AND s.kind = 'signed' AND s.seq BETWEEN d.seq AND f.seq) AS signed,
    EXISTS (SELECT 1 FROM events c WHERE c.ticket_id = f.ticket_id AND c.kind = 'contacted'
        AND c.seq BETWEEN d.seq AND f.seq) AS verified,
    unixepoch(f.at) <= (SELECT unixepoch(l.payload ->> '$.feedback_due') FROM events l WHERE l.ticket_id = f.ticket_id
        AND l.seq < f.seq AND l.payload ->> '$.feedback_due' IS NOT NULL ORDER BY l.seq DESC LIMIT 1) AS timely
FROM events f JOIN events d ON d.ticket_id = f.ticket_id AND d.seq = (SELECT max(x.seq) FROM events x
    WHERE x.ticket_id = f.ticket_id AND x.seq < f.seq AND x.kind IN ('dispatched', 'redispatched'))
WHERE f.kind IN ('fed_back', 'review_passed') AND f.at >= :since AND f.at < :until
"""
ASKED = {"response": "contacted", "informed": "told", "solution": "solved", "satisfaction": "satisfaction"}
GOOD = {"response": "是", "informed": "是", "solution": "已解决", "satisfaction": "非常满意 满意 基本满意"}
BAD = {"response": "否", "informed": "否", "solution": "部分解决 未解决", "satisfaction": "不满意 非常不满意"}

Tally = dict[tuple[str, ...], int]


def by_sql(db: sqlite3.Connection, by: str, since: str, until: str) -> dict[str, Tally]:
    """Count everything that a table of rates shows, by the other route."""
    span = {"since": since, "until": until}
    found: dict[str, Tally] = {}

    def name_of(ticket: str, unit: str) -> str:
        row = db.execute(RECORD, {"ticket": ticket}).fetchone()
        place = f"{row['district']}{row['street']}" if row["street"] else ""
        return {"unit": unit, "street": place, "district": row["district"], "topic": row["topic"]}[by] or UNWRITTEN

    def count(ticket: str, unit: str, *what: str) -> None:
        tally = found.setdefault(name_of(ticket, unit), {})
        tally[what] = tally.get(what, 0) + 1

    for call in db.execute(CALLED, span).fetchall():
        ticket, unit = call["ticket_id"], call["unit"]
        count(ticket, unit, "ended", call["family"])
        if call["family"] != "访问成功":
            continue
        if call["outcome"] == "部分访问":
            count(ticket, unit, "partial")
        for measure, question in ASKED.items():
            given = {"ticket": ticket, "seq": call["seq"], "following": call["following"], "payload": call["payload"]}
            value = db.execute(ANSWER, given | {"question": question}).fetchone()["value"]
            side = "good" if value in GOOD[measure].split() else "bad" if value in BAD[measure].split() else value
            count(ticket, unit, measure, CALLBACKS, side)
    for page in db.execute(RATED, span).fetchall():
        unit = db.execute(LAST_UNIT, {"ticket": page["ticket_id"], "seq": page["seq"]}).fetchone()["unit"]
        count(page["ticket_id"], unit, "rated" if page["grade"] else "unrated")
        if page["grade"]:
            side = "good" if page["grade"] in GOOD["satisfaction"].split() else "bad"
            count(page["ticket_id"], unit, "satisfaction", PAGES, side)
    for reply in db.execute(REPLIED, span).fetchall():
        unit = db.execute(LAST_UNIT, {"ticket": reply["ticket_id"], "seq": reply["seq"]}).fetchone()["unit"]
        done = reply["signed"] and reply["verified"] and reply["timely"]
        count(reply["ticket_id"], unit, "response", RECORDS, "good" if done else "bad")
    return found


def by_us(table: Table) -> dict[str, Tally]:
    """Write the same counts out of our table."""
    found: dict[str, Tally] = {}
    for line in table.lines:
        tally: Tally = {("ended", family): count for family, count in line.ended.items()}
        tally |= {("partial",): line.partial, ("rated",): line.rated, ("unrated",): line.unrated}
        for measure, counted in line.measures.items():
            for source, share in counted.shares.items():
                if source != TOGETHER:
                    tally[measure, source, "good"] = share.numerator
                    tally[measure, source, "bad"] = share.denominator - share.numerator
            tally[measure, CALLBACKS, "拒答"] = counted.no_answer
            tally[measure, CALLBACKS, "记不清"] = counted.unsure
            tally[measure, CALLBACKS, ""] = counted.not_asked
        found[line.name] = {what: count for what, count in tally.items() if count}
    return found


@pytest.mark.clause("7.1.3.1")
@pytest.mark.clause("7.1.3.2a")
@pytest.mark.clause("7.1.3.2b")
@pytest.mark.clause("7.1.3.3")
def test_the_rates_are_those_that_plain_sql_finds_in_the_events(house: House, clock: FixedClock) -> None:
    """You should see each numerator, denominator and exclusion of 320 random pasts found alike by two routes, by each
    dimension, for all time and for a span of it."""
    pasts, began = Pasts(house, clock, seed=20261124), clock.now()
    tickets = [pasts.one() for _ in range(MANY)]
    span = clock.now() - began
    results = [result for each in tickets for result in each.callback.results]
    assert len(tickets) >= 300
    assert sum(bool(result.changes) for result in results) > 40
    assert sum(result.outcome == "部分访问" for result in results) > 15
    assert sum(result.family == "拒访" for result in results) > 15
    assert sum(len(each.callback.results) > 1 for each in tickets) > 20
    assert sum(len({sent.unit for sent in each.handling.dispatches}) > 1 for each in tickets) > 10
    with closing(connect(house.home.store, read_only=True)) as db:
        for since, until in ((None, None), (began + span / 4, began + span * 3 / 4)):
            facts = house.figures.evaluations(since, until)
            limits = (to_storage(since) if since else "", to_storage(until) if until else "~")
            for by in BY:
                assert by_us(tabulate(facts, by)) == by_sql(db, by, *limits), by


def test_what_is_counted_and_what_is_left_out_make_up_the_whole(house: House, clock: FixedClock) -> None:
    """You should see every interview either in a denominator or named among what was left out, and the lines add up."""
    pasts = Pasts(house, clock, seed=7)
    for _ in range(60):
        pasts.one()
    for by in BY:
        table = tabulate(house.figures.evaluations(None, None), by)
        for line in [*table.lines, table.whole]:
            for measure in MEASURES:
                counted = line.measures[measure.id]
                left_out = counted.no_answer + counted.unsure + counted.not_asked
                assert counted.shares[CALLBACKS].denominator + left_out == line.ended[INTERVIEWED]
        assert sum(line.callbacks for line in table.lines) == table.whole.callbacks
        shares = [line.measures["satisfaction"].share for line in table.lines]
        assert sum(share.numerator for share in shares) == table.whole.measures["satisfaction"].share.numerator


@pytest.mark.clause("7.1.3.3")
def test_only_the_last_callback_of_each_reply_counts_as_amended(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see a request that was sent back to another unit count for each unit with its own reply, as amended."""
    ticket = lives.replied()
    first = interview(house, ticket, "未解决", "不满意")
    calling = Calling(house, CALLER)
    amended = calling.amend(house.tickets.get(first.id), "satisfaction", Answer("基本满意"), "听录音更正")
    back = Handling(house, DISPATCHER).send_back(amended, "没有解决")
    clock.advance(60)
    moved = lives.passed_on(back)
    work = Handling(house, Actor("3001", roles=frozenset({Role.UNIT}), unit=OTHER))
    elements = ticket.handling.feedbacks[0].elements
    again = work.reply(work.contact(work.sign(moved), True, "已核实"), "已解决", elements)
    interview(house, again, "已解决", "非常满意")
    table = tabulate(house.figures.evaluations(None, None), "unit")
    told = {
        line.name: [(line.measures[each].share.numerator, line.measures[each].share.denominator)
                    for each in ("response", "solution", "satisfaction")]
        for line in table.lines
    }  # fmt: skip
    assert told == {STREET: [(1, 1), (0, 1), (1, 1)], OTHER: [(1, 1), (1, 1), (1, 1)]}


@pytest.mark.clause("7.1.3.3")
@pytest.mark.clause("5.4.2")
def test_nobody_who_was_not_heard_counts_for_or_against(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see refusals, calls in vain, 拒答 and pages nobody filled in named, and no rate made of them."""
    calling = Calling(house, CALLER)
    refuses, silent, gone = (lives.replied(phone=f"1380000001{at}") for at in range(3))
    web, unrated = lives.completed_web("网络甲"), lives.completed_web("网络乙")
    sample(house, Rule(1, seed="s"), CALLER, clock.now())
    calling.refused([house.tickets.get(refuses.id)], "c1")
    answers = {name: Answer("拒答") for name in ("contacted", "told", "solved", "satisfaction")}
    calling.interviewed([Heard(house.tickets.get(silent.id), answers)], "c2")
    wrong = house.packs.callback.outcome("号码错误")
    calling.not_interviewed([Heard(house.tickets.get(gone.id))], wrong, "c3")
    rate_ticket(house, web.number, "不满意", ["办理太慢"], "", clock.now())
    assert unrated.rating is None
    (line,) = tabulate(house.figures.evaluations(None, None), "unit").lines
    assert line.ended == dict.fromkeys(FAMILIES, 0) | {"访问成功": 1, "拒访": 1, "不合格": 1}
    assert (line.rated, line.unrated) == (1, 1)
    satisfied = line.measures["satisfaction"]
    assert satisfied.shares[CALLBACKS].denominator == 0
    assert satisfied.shares[CALLBACKS].value is None
    assert satisfied.shares[CALLBACKS].interval is None
    assert (satisfied.share.numerator, satisfied.share.denominator, satisfied.no_answer) == (0, 1, 1)
    assert line.measures["response"].share.denominator == 0
    assert "拒访、未接触、其他未访、不合格的不计入" in NOTES[0]
    assert "基本满意算满意" in SATISFIED.formula


def test_wilson_gives_the_published_intervals_and_scipys() -> None:
    """You should see the intervals of Newcombe's paper of 1998 to four digits, and scipy's for any count."""
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (hits, trials), interval in published.items():
        assert wilson(hits, trials) == pytest.approx(interval, abs=5e-5)
    chance = random.Random(1)
    for _ in range(300):
        trials = chance.randint(1, 3000)
        hits = chance.choice((0, trials, chance.randint(0, trials)))
        theirs = binomtest(hits, trials).proportion_ci(0.95, method="wilson")
        low, high = wilson(hits, trials)
        assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
        assert 0 <= low <= hits / trials <= high <= 1
    for hits, trials in ((0, 0), (3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="no share"):
            wilson(hits, trials)


def heard(unit: str, grades: dict[str, int]) -> Evaluations:
    """Facts of one unit: so many callbacks of each grade."""
    about = About("t", "n", unit, "朝阳区", "望京街道", "")
    calls = [
        Ended(about, NOON, "8107", "c", INTERVIEWED, True, {"satisfaction": grade, "solved": "已解决", "contacted": "是"})
        for grade, count in grades.items()
        for _ in range(count)
    ]  # fmt: skip
    return Evaluations(calls, [Page(about, NOON, "满意")])


@pytest.mark.clause("7.1.3.4")
def test_units_are_ranked_stably_and_only_where_enough_answered() -> None:
    """You should see equal shares share a rank, few answers no rank, and the same order from facts in any order."""
    parts = [
        heard("丙街道", {"满意": 59, "不满意": 20}), heard("甲街道", {"满意": 29, "不满意": 10}),
        heard("乙街道", {"基本满意": 35, "不满意": 4}), heard("丁街道", {"非常满意": 28}),
        heard("戊街道", {"满意": 5, "非常不满意": 40}), heard("", {"满意": 99}),
    ]  # fmt: skip
    facts = Evaluations(
        [each for part in parts for each in part.heard], [page for part in parts for page in part.pages]
    )
    table = tabulate(facts, "unit")
    told = [(line.name, line.ranks.get("satisfaction")) for line in table.ordered("satisfaction")]
    assert told == [("乙街道", 1), ("丙街道", 2), ("甲街道", 2), ("戊街道", 4), ("（未写明）", None), ("丁街道", None)]
    assert [line.name for line in table.ordered("satisfaction", "街道 甲")] == ["甲街道"]
    chance = random.Random(3)
    for _ in range(20):
        chance.shuffle(facts.heard)
        chance.shuffle(facts.pages)
        assert tabulate(facts, "unit") == table
    assert [line.ranks.get("satisfaction") for line in tabulate(facts, "unit", 29).ordered("satisfaction")][:2] == [
        1,
        2,
    ]


def interview(house: House, ticket: Ticket, solved: str, grade: str) -> Ticket:
    """Call back about the reply at hand."""
    sample(house, Rule(1, seed="s"), CALLER, house.clock.now())
    answers = {"contacted": "是", "told": "是", "solved": solved, "satisfaction": grade}
    heard = Heard(house.tickets.get(ticket.id), {name: Answer(value) for name, value in answers.items()})
    return Calling(house, CALLER).interviewed([heard], f"c-{house.clock.now()}")[0]


@pytest.mark.clause("7.1.3.3")
@pytest.mark.clause("7.1.3.4")
def test_the_command_gives_the_rates_with_all_that_they_are_made_of(
    hotline: Run, cli_home: Path, clock: FixedClock
) -> None:
    """You should see numerators, denominators, exclusions, intervals, formulas and clauses as JSON, and as a table."""
    house = House(cli_home, clock)
    for at in range(3):
        interview(house, Lives(house).replied(phone=f"1380000002{at}"), "部分解决" if at else "已解决", "满意")
    told = hotline("callback", "rates", "--by", "unit", "--json").json
    (row,) = told["rows"]
    assert row["name"] == STREET
    assert row["callbacks"] == {"ended": 3, "partial": 0, "interviewed": 3, "refused": 0, "unreached": 0, "other": 0, "ineligible": 0}  # fmt: skip
    assert row["measures"]["solution"]["together"] == {"numerator": 1, "denominator": 3, "value": 0.3333, "low": 0.0615, "high": 0.7923}  # fmt: skip
    assert row["ranks"] == {"response": None, "solution": None, "satisfaction": None}
    assert {each["name"] for each in told["definitions"]} == {"响应率", "告知率", "解决率", "满意率"}
    assert all(each["clause"] and each["formula"] for each in told["definitions"])
    assert hotline("callback", "rates", "--at-least", "3", "--json").json["rows"][0]["ranks"]["solution"] == 1
    later = (clock.now() + timedelta(days=1)).isoformat()
    assert hotline("callback", "rates", "--since", later, "--json").json["rows"] == []
    shown = hotline("callback", "rates", "--by", "district").out
    assert "朝阳区" in shown
    assert "33.3%（1/3）" in shown
    assert "基本满意算满意" in shown
    assert "拒访 0、未接触 0" in shown
    assert hotline("callback", "rates", "--by", "city").code == 2


@pytest.mark.clause("7.1.3.1")
@pytest.mark.parametrize("command", ["rates", "agents", "probes"])
def test_a_period_that_ends_before_it_begins_is_refused(hotline: Run, command: str) -> None:
    """You should see wrong usage told, not a table in which nothing happened; the same instant twice is empty as well."""
    for until in ("2026-11-01", "2026-12-01"):
        refused = hotline("callback", command, "--since", "2026-12-01", "--until", until)
        assert refused.code == 2
        assert "期间是空的" in refused.err
    assert hotline("callback", command, "--since", "2026-12-01", "--until", "2026-12-02").code == 0


def test_each_measure_states_its_formula_with_its_clause() -> None:
    """You should see a formula and a clause of the standard behind each."""
    assert all("7.1.3.3" in each.clause and "÷" in each.formula for each in MEASURES)
    assert all(set(each.good) | set(each.bad) < set(CHOICES[each.question]) for each in MEASURES)
