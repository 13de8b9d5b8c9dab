"""How well the suggestions do on real requests, beside the peer of the issue on the same folds; every table is printed.

By default topics are measured on one fold of five, types and units on two; ``--long`` takes all five. What that printed on
2026-11-26, with the models as they ship now:

    ours learns from titles and texts, the peer from its kind
    topic from the title   macro-F1  ours 0.8867   LinearSVC 0.8574   +0.0293   (4650 asked)
    topic from the text    macro-F1  ours 0.9051   LinearSVC 0.8803   +0.0248   (3965 asked)
    type of five           macro-F1  ours 0.6292   LinearSVC 0.3111   majority 0.1805   (613 tickets)
                           accuracy  ours 0.8825   LinearSVC 0.8630   majority 0.8222
    unit                   top-3     ours 0.927    LinearSVC 0.634    shipped, untrained 0.915   (82 letters)
                           first     ours 0.768    LinearSVC 0.256    shipped, untrained 0.756

Part of the lead in topics is that ours can learn from both kinds of text. Where each learns from its own kind alone, titles
are told 0.8692 to 0.8574 and texts 0.8935 to 0.8803; where the peer is given both, 0.8867 to 0.8738 and 0.9051 to 0.8944.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from console.house import House
from console.places import Gazetteer
from console.suggest import Learned, Suggester
from console.suggest.history import train_from
from console.suggest.learned import UnitNames
from scripts.kinds import REQUEST_TYPES
from tests.console.suggest.conftest import cases
from tests.console.suggest.folds import FOLDS, accuracy, fold_of, grouped_folds, macro_f1, peer

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
SOME = 2  # folds of types and of units in the short form
MARGIN = 0.02  # of macro-F1: the lead that the issue asks for, over all five folds
MARGIN_OF_ONE = 0.01  # one fold alone differs from the five by a point
ROOT = Path(__file__).parents[3]


def write(path: Path, records: list[dict[str, str]]) -> Path:
    """Write history as ``hotline suggest --train`` reads it."""
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def over(house: House, model: Path) -> Suggester:
    """The house's suggester with a model of its own."""
    gazetteer = Gazetteer(house.reference.regions, house.reference.landmarks)
    return Suggester(house.packs, house.reference, gazetteer, Learned(model))


def show(capsys: pytest.CaptureFixture[str], *lines: str) -> None:
    """Print past pytest's capture."""
    with capsys.disabled():
        print("", *lines, sep="\n  ")


@pytest.mark.heavy
def test_topics_are_told_better_than_by_the_peer(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], pytestconfig: pytest.Config
) -> None:
    """You should see macro-F1 of the topic from title and from text clearly ahead of the peer's, on folds that share no request."""
    pytest.importorskip("sklearn", reason="the peer and the training need scikit-learn (extra train)")
    titles, texts = cases("topic_titles.jsonl"), cases("topic_texts.jsonl")
    in_fold = grouped_folds([each["title"] for each in titles], [each["text"] for each in texts])
    truth: dict[str, list[str]] = {"title": [], "text": []}
    ours: dict[str, list[str]] = {"title": [], "text": []}
    its: dict[str, list[str]] = {"title": [], "text": []}
    folds = range(FOLDS) if pytestconfig.getoption("--long") else (0,)
    for fold in folds:
        known = [
            each
            for lines, where in zip((titles, texts), in_fold, strict=True)
            for each, at in zip(lines, where, strict=True)
            if at != fold
        ]
        train_from(write(tmp_path / "history.jsonl", known), house.reference, tmp_path / "topics.model")
        learned = Learned(tmp_path / "topics.model")
        for kind, lines, where in (("title", titles, in_fold[0]), ("text", texts, in_fold[1])):
            asked = [each for each, at in zip(lines, where, strict=True) if at == fold]
            truth[kind] += [each["topic"] for each in asked]
            for each in asked:
                ranked = learned.rank(each.get("title", ""), each.get("text", ""))["topic"]
                ours[kind].append(ranked[0].value if ranked else "")
            same_kind = [(each[kind], each["topic"]) for each, at in zip(lines, where, strict=True) if at != fold]
            its[kind] += [answers[0] for answers in peer(same_kind, [each[kind] for each in asked])]
    rows = {kind: (macro_f1(truth[kind], ours[kind]), macro_f1(truth[kind], its[kind])) for kind in truth}
    show(
        capsys,
        f"topic of seven, macro-F1, folds {list(folds)}: ours learns from titles and texts, the peer from its kind",
        *(f"from the {kind:5}  {len(truth[kind])} asked   ours {a:.4f}   LinearSVC {b:.4f}   {a - b:+.4f}" for kind, (a, b) in rows.items()),
    )  # fmt: skip
    for ahead, beside in rows.values():
        assert ahead >= beside + (MARGIN if len(folds) == FOLDS else MARGIN_OF_ONE)


@pytest.mark.heavy
@pytest.mark.clause("5.1.4.1f")
def test_types_are_told_better_than_by_the_peer_and_the_majority(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], pytestconfig: pytest.Config
) -> None:
    """You should see macro-F1 and accuracy of the five types ahead of the peer's and of always the commonest."""
    pytest.importorskip("sklearn", reason="the peer and the training need scikit-learn (extra train)")
    tickets = cases("hotline_tickets.jsonl")
    truth, ours, its, most = [], [], [], []
    for fold in range(FOLDS if pytestconfig.getoption("--long") else SOME):
        known = [each for each in tickets if fold_of(each["text"]) != fold]
        asked = [each for each in tickets if fold_of(each["text"]) == fold]
        history = [{key: each[key] for key in ("title", "text", "type")} for each in known]
        train_from(write(tmp_path / "history.jsonl", history), house.reference, tmp_path / "types.model")
        suggester = over(house, tmp_path / "types.model")
        truth += [each["type"] for each in asked]
        ours += [suggester.suggest(each["text"], each["title"]).type[0].value for each in asked]
        joined = [(f"{each['title']}。{each['text']}", each["type"]) for each in known]
        its += [answers[0] for answers in peer(joined, [f"{each['title']}。{each['text']}" for each in asked])]
        most += [max(REQUEST_TYPES, key=[each["type"] for each in known].count)] * len(asked)
    rows = {name: (macro_f1(truth, said), accuracy(truth, said)) for name, said in
            (("ours", ours), ("LinearSVC", its), ("majority", most))}  # fmt: skip
    show(capsys, f"type of five, {len(truth)} tickets",
         *(f"{name:10} macro-F1 {f1:.4f}   accuracy {right:.4f}" for name, (f1, right) in rows.items()))  # fmt: skip
    for beside in ("LinearSVC", "majority"):
        assert rows["ours"][0] > rows[beside][0]
        assert rows["ours"][1] > rows[beside][1]


@pytest.mark.heavy
@pytest.mark.clause("5.2.2.1.5")
def test_units_are_told_better_than_by_the_peer(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], pytestconfig: pytest.Config
) -> None:
    """You should see the right unit among three more often than the peer has it, for letters of the smaller units."""
    pytest.importorskip("sklearn", reason="the peer and the training need scikit-learn (extra train)")
    letters = cases("unit_letters.jsonl")
    largest = max((each["unit"] for each in letters), key=[each["unit"] for each in letters].count)
    names = UnitNames(house.reference.units)
    districts = {region.name for region in house.reference.regions if region.is_district}

    def right(truth: str, said: list[str]) -> bool:
        meant = {f"{name}人民政府" if name in districts else names.answer(name) for name in truth.split(",")}
        return bool(meant & ({names.answer(name) for name in said} | set(said)) - {""})

    scores: dict[str, list[bool]] = {"ours": [], "LinearSVC": [], "shipped, untrained": []}
    firsts: dict[str, list[bool]] = {name: [] for name in scores}
    for fold in range(FOLDS if pytestconfig.getoption("--long") else SOME):
        known = [each for each in letters if fold_of(each["text"]) != fold]
        asked = [each for each in letters if fold_of(each["text"]) == fold and largest not in each["unit"].split(",")]
        history = [{key: each[key] for key in ("title", "text", "unit")} for each in known]
        train_from(write(tmp_path / "history.jsonl", history), house.reference, tmp_path / f"units{fold}.model")
        joined = [(f"{each['title']}。{each['text']}", each["unit"]) for each in known]
        said = {
            "ours": [_units(over(house, tmp_path / f"units{fold}.model"), each) for each in asked],
            "LinearSVC": peer(joined, [f"{each['title']}。{each['text']}" for each in asked]),
            "shipped, untrained": [_units(house.suggester, each) for each in asked],
        }
        for name, answers in said.items():
            for each, answer in zip(asked, answers, strict=True):
                scores[name].append(right(each["unit"], [part for one in answer[:3] for part in one.split(",")]))
                firsts[name].append(right(each["unit"], answer[0].split(",") if answer else []))
    top3 = {name: sum(hits) / len(hits) for name, hits in scores.items()}
    show(capsys, f"unit, {len(scores['ours'])} letters of other than the largest unit",
         *(f"{name:18} top-3 {part:.3f}   first {sum(firsts[name]) / len(firsts[name]):.3f}" for name, part in top3.items()))  # fmt: skip
    assert top3["ours"] > top3["LinearSVC"]
    assert top3["shipped, untrained"] > top3["LinearSVC"]


def _units(suggester: Suggester, letter: dict[str, str]) -> list[str]:
    return [each.unit.name for each in suggester.suggest(letter["text"], letter["title"]).units]


_COST = """
import sys, time
from datetime import datetime
def private():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024
from console.house import House
from data.clock import SystemClock
from pathlib import Path
house = House(Path(sys.argv[1]), SystemClock())
text = "朝阳区望京街道昨晚十点楼道里有煤气味，怀疑燃气泄漏，物业三天没有人管。" * 8
before = private()
house.suggester.suggest(text, at=house.clock.now())
grown = private() - before
spent = []
for _ in range(40):
    text = text[1:] + text[0]
    begin = time.process_time(); house.suggester.suggest(text, at=house.clock.now()); spent.append(time.process_time() - begin)
spent.sort()
print(grown, spent[20] * 1000, spent[38] * 1000)
"""


def test_a_suggestion_costs_little_memory_and_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """You should see, printed, private memory and time of one suggestion, and the memory under 20 MB.

    The time is printed only: this machine's load is nobody's promise.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("private memory is read from /proc/self/smaps_rollup, which this system has not")
    ran = subprocess.run(
        [sys.executable, "-c", _COST, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    grown, middle, late = map(float, ran.stdout.split())
    show(
        capsys,
        f"one suggestion over 288 characters: {grown:.1f} MB private, {middle:.1f} ms p50, {late:.1f} ms p95 of CPU",
    )
    assert grown < 20


def test_no_district_is_suggested_for_another_citys_tickets(house: House) -> None:
    """You should see no district in the 613 tickets of another city, landmarks included."""
    tickets = cases("hotline_tickets.jsonl")
    assert len(tickets) == 613
    assert [t["title"] for t in tickets if house.gazetteer.find(f"{t['title']}。{t['text']}").district] == []
