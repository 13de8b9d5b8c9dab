"""Pictures of the knowledge desk; look at each before accepting a new one."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from data.people import Actor, Role
from tests.screens.test_knowledge_desk import editor
from tests.screens.test_knowledge_page import article

NARROW, WIDE = (80, 24), (140, 40)


@pytest.fixture
def waiting(house: Any) -> None:
    """A changed article, a new internal one, one given back; an article about to end; a miss and a correction."""
    house.kb.import_articles([article(), article(id="z3", title="临时摊位登记", valid_until=date(2026, 12, 1))])
    house.upkeep.submit(article(body="到街道办事处登记。\n每年核验一次。", related=("z3",)), editor("6001"), 1)
    house.upkeep.submit(article(id="z2", title="鸵鸟伤人的答复口径", public=False), editor("6003"), 0)
    back = house.upkeep.submit(article(id="z4", title="养鸽登记"), editor("6002"), 0)
    house.upkeep.refuse(back, editor("6001"), "没有写依据")
    for text in ("养鸵鸟要不要办证", "养鸵鸟要不要办证？", "充电桩报装"):
        house.upkeep.reports.add("未命中", text, Actor("8041"))
    house.upkeep.reports.add("纠错", "电话已改", Actor("8041"), article_id="z1", version=1, owner="市农业农村局")


def pressed(*keys: str, sees: str) -> Callable[[Any], Awaitable[None]]:
    """Press keys and wait for words."""

    async def act(seat: Any) -> None:
        await seat.see("同步✓")
        await seat.press(*keys)
        await seat.see(sees)

    return act


STATES = {
    "waiting": (NARROW, pressed(sees="鸵鸟饲养登记")),
    "changes": (NARROW, pressed("f7", sees="与第1版相比")),
    "ending": (NARROW, pressed("f2", "f2", sees="天后失效")),
    "misses": (NARROW, pressed("f2", "f2", "f2", sees="2次")),
    "edit": (NARROW, pressed("f4", sees="起草·改第1版")),
    "wide": (WIDE, pressed("f7", sees="与第1版相比")),
}


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("state", STATES)
def test_knowledge_desk(snap_compare: Any, make_app: Any, at_seat: Any, state: str) -> None:
    """You should see what waits, its article or its changes, and the keys in force."""
    size, act = STATES[state]
    app = make_app(Role.EDITOR, agent_no="6002")
    assert snap_compare(app, terminal_size=size, run_before=at_seat(act))
