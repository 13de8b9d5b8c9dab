"""The drill: a question for each card, answers judged by machine and scheduled; which calls ring next."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.practice.acts import Recogniser
from console.practice.cards import asked_by, deck
from console.practice.case import draw
from console.practice.drill import LASTS, MOST, Drill
from console.practice.grading import AGAIN, GOOD, HARD
from console.practice.house import PracticeHouse
from console.practice.lesson import TRAINEE, Lesson
from console.practice.memory import CALL, DRILL, Memory
from console.practice.plan import cases_of, due_first
from console.practice.questions import MOST_OPTIONS, Asking, judge, judge_chosen
from data.clock import FixedClock
from scripts.drills import DrillPack, check_drill
from scripts.pack import Packs
from scripts.reading import Check, PackError
from scripts.scenarios import Scenarios


@pytest.fixture
def bare(tmp_path: Path, clock: FixedClock) -> Iterator[PracticeHouse]:
    """A practice installation with no articles: no drill reads any."""
    made = PracticeHouse(tmp_path / "practice", clock)
    yield made
    made.close()


@pytest.mark.clause("6.3.2")
def test_each_card_is_asked_and_its_own_answer_is_good(
    packs: Packs, scenarios: Scenarios, recogniser: Recogniser
) -> None:
    """You should see a question for every card, its right answer good, no answer and a wrong one missed."""
    asking = Asking(packs, scenarios)
    for card in deck(packs).values():
        for turn in range(3):
            question = asking.question(card, turn)
            assert question is not None, card
            assert question.model
            assert not re.search(r"\{\w+\}", question.moment + question.ask + question.model), question
            assert judge_chosen(question, ()) == AGAIN, "not known"
            if not question.options:
                assert judge(packs, recogniser, question, question.model) == GOOD, question
                assert judge(packs, recogniser, question, "今天天气不错") == AGAIN, question
                continue
            assert len(set(question.options)) == len(question.options) <= MOST_OPTIONS
            assert question.key <= question.right
            assert judge_chosen(question, question.right) == GOOD
            wrong = set(range(len(question.options))) - question.right
            assert not wrong or judge_chosen(question, wrong) == AGAIN, question


def test_half_an_answer_is_hard(packs: Packs, scenarios: Scenarios, recogniser: Recogniser) -> None:
    """You should see another wording of the right sentence, and one thing too many, rated hard; the danger let slip,
    missed."""
    asking, cards = Asking(packs, scenarios), deck(packs)
    farewell = asking.question(cards["phrase:farewell"], 0)
    assert farewell is not None
    assert judge(packs, recogniser, farewell, "好的，那就这样，再见。") == HARD
    danger = asking.question(cards["rule:danger"], 0)
    assert danger is not None
    ordinary = danger.options.index("一般")
    assert judge_chosen(danger, danger.right | {ordinary}) == HARD
    assert judge_chosen(danger, {ordinary}) == AGAIN
    place = asking.question(cards["element:place"], 1)
    assert place is not None
    assert judge_chosen(place, place.key) == HARD
    assert judge_chosen(place, place.right - place.key) == AGAIN


def test_the_same_card_asks_otherwise_the_next_time(packs: Packs, scenarios: Scenarios) -> None:
    """You should see the same question for the same turn, and another scenario for some other."""
    asking, card = Asking(packs, scenarios), deck(packs)["rule:types"]
    assert asking.question(card, 4) == asking.question(card, 4)
    assert len({question.moment for turn in range(8) if (question := asking.question(card, turn))}) > 3


@pytest.mark.clause("6.3.2")
def test_a_drill_asks_what_is_due_and_schedules_by_the_answer(
    bare: PracticeHouse, scenarios: Scenarios, clock: FixedClock
) -> None:
    """You should see what was missed asked first, each answer kept as a review, and the next due time of fsrs."""
    memory = Memory(bare.home.root)
    memory.note("8041", clock.now(), {"limit:answer": GOOD, "phrase:greeting": AGAIN}, CALL, "c")
    drill = Drill(bare, scenarios, memory, "8041")
    assert (drill.many, drill.question and drill.question.card.id) == (2, "phrase:greeting")
    said = drill.say("您好，请问您需要什么帮助？")
    assert said.rating == GOOD
    drill.next()
    assert drill.question is not None
    chosen = drill.choose(drill.question.right)
    assert chosen.due == memory.standings("8041")["limit:answer"].due
    assert chosen.due > clock.now()
    drill.next()
    assert drill.question is None
    assert drill.right() == 2
    assert [each.source for each in memory.reviews.every()] == [CALL, CALL, DRILL, DRILL]


def test_a_drill_is_short(bare: PracticeHouse, scenarios: Scenarios, clock: FixedClock, packs: Packs) -> None:
    """You should see no question begin after five minutes, never more than twenty, and when the next card is due."""
    memory = Memory(bare.home.root)
    assert Drill(bare, scenarios, memory, "8041").first_due is None
    memory.note("8041", clock.now(), dict.fromkeys(deck(packs), AGAIN), CALL)
    drill = Drill(bare, scenarios, memory, "8041")
    assert drill.many == MOST
    drill.choose(())
    clock.advance(LASTS.total_seconds())
    drill.next()
    assert drill.question is None
    assert drill.first_due is not None


@pytest.mark.clause("6.3.2")
@pytest.mark.parametrize("card", ["rule:quote", "rule:route-petition", "phrase:caution", "element:threat_place"])
def test_the_next_call_needs_what_is_due(
    bare: PracticeHouse, scenarios: Scenarios, clock: FixedClock, packs: Packs, card: str
) -> None:
    """You should see the first call of a lesson ask for the card that is due, all others ring after it, once each."""
    usual = cases_of(scenarios, "", 5)
    assert due_first(packs, usual, ()) == usual
    lesson = Lesson(bare, scenarios, usual, by_due=True)
    lesson.memory.note(TRAINEE.agent_no, clock.now(), {card: AGAIN}, CALL)
    lesson.telephone(TRAINEE)
    assert card in asked_by(packs, lesson.cases[0])
    assert sorted(case.id for case in lesson.cases) == sorted(case.id for case in usual)
    named = Lesson(bare, scenarios, cases_of(scenarios, "consult-ebike", 5))
    named.telephone(TRAINEE)
    assert named.cases[0] == draw(scenarios, scenarios.scenario("consult-ebike"), 5)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"wrong": ("一个",)}, "wrong 至少写两个"),
        ({"clause": "9.9"}, "条款号 9.9"),
        ({"of": "nothing"}, "有不认识的 nothing"),
    ],
)
def test_a_faulty_pack_is_refused_with_its_entry(packs: Packs, changes: dict[str, object], why: str) -> None:
    """You should see which question, and why."""
    first, *rest = packs.drill.questions
    broken = msgspec.structs.replace(packs.drill, questions=(msgspec.structs.replace(first, **changes), *rest))
    known = packs.clauses.clauses
    assert isinstance(check_drill(packs.drill, Check("drill.toml", known, False)), DrillPack)
    with pytest.raises(PackError, match=why):
        check_drill(broken, Check("drill.toml", known, False))
