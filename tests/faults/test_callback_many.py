"""Ten consoles work one callback list at once: no number is called by two, none is asked twice, nothing is lost (5.4)."""

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from console.house import House
from console.sampling import Rule, sample
from data.clock import SystemClock
from data.lifecycle import Kind
from data.people import Actor, Role
from tests.lives import Lives

ROOT = Path(__file__).parents[2]
PROCESSES = 10
NUMBERS = 60

WORK = """
import random, sys, time
from datetime import datetime
from pathlib import Path
from console.callback import CallbackError
from console.callback_desk import CallbackDesk
from console.demo import open_at_any_hour
from console.house import House
from data.clock import SystemClock
from data.people import Actor, Role

root, number = Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(number)
house = House(root, SystemClock())
open_at_any_hour(house)
desk = CallbackDesk(house, Actor(f"81{number:02}", "", frozenset({Role.CALLBACK})))
called = []
while rows := [row for row in desk.rows() if not row.held]:
    row = chance.choice(rows[:5])
    try:
        desk.begin(row.waiting.dial_key)
    except CallbackError:
        continue
    began = time.time()
    time.sleep(chance.uniform(0, 0.02))
    held = desk.held
    held.give("是本人")
    if chance.random() < 0.2:
        held.give("不接受回访")
    else:
        held.give("同意")
        for _ in held.tickets:
            for value in ("是", "是", "已解决", "满意", ""):
                held.give(value)
    desk.finish()
    called.append((row.waiting.dial_key, began, time.time()))
for key, began, ended in called:
    print(key, began, ended)
house.close()
"""


@pytest.mark.clause("5.4.2")
def test_ten_consoles_never_call_one_number_at_once(tmp_path: Path) -> None:
    """You should see every number called by exactly one of ten processes, and each request ended once."""
    house = House(tmp_path / "home", SystemClock())
    lives = Lives(house)
    for at in range(NUMBERS):
        lives.replied(f"路灯{at}", phone=f"138{at:08}")
        if at % 5 == 0:
            lives.replied(f"井盖{at}", phone=f"138{at:08}")
    sample(house, Rule(1, seed="s"), Actor("7001", roles=frozenset({Role.SUPERVISOR})), house.clock.now())
    script = tmp_path / "work.py"
    script.write_text(WORK)
    order = list(range(PROCESSES))
    random.shuffle(order)
    started = [
        subprocess.Popen(
            [sys.executable, str(script), str(tmp_path / "home"), str(number)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(ROOT), "PATH": ""},
        )
        for number in order
    ]
    called: list[str] = []
    for process in started:
        out, err = process.communicate(timeout=300)
        assert (process.returncode, err) == (0, "")
        called += [line.split()[0] for line in out.splitlines()]
    assert Counter(called) == {f"138{at:08}": 1 for at in range(NUMBERS)}
    for ticket in house.tickets.every():
        assert len(ticket.callback.results) == 1
        assert [event.kind for event in house.tickets.events(ticket.id)].count(Kind.CALLBACK_ENDED) == 1
    house.close()
