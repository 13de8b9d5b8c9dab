"""The key card of the README, made from the registry of actions: ``python tests/docs/key_card.py`` writes it there."""

import re
from pathlib import Path

from screens.actions import DESK_ACTIONS, EVERYWHERE, PRACTICE, PRACTICE_DESKS, Action, key_name

README = Path(__file__).parents[2] / "README.md"
MARKS = re.compile(r"(<!-- key card: begin -->\n).*?(<!-- key card: end -->)", re.DOTALL)


def key_card() -> str:
    """Return a table of keys for each desk, as Markdown."""
    return "\n".join(
        _table(desk, actions)
        for desk, actions in {
            **DESK_ACTIONS,
            "受理（练习）": PRACTICE,
            **PRACTICE_DESKS,
            "每个工作台": EVERYWHERE,
        }.items()
    )


def _table(desk: str, actions: tuple[Action, ...]) -> str:
    rows = "\n".join(f"| {key_name(action.key)} | {action.label} | {action.help} |" for action in actions)
    return f"**{desk}**\n\n| 键 | 操作 | 说明 |\n|---|---|---|\n{rows}\n"


if __name__ == "__main__":
    README.write_text(MARKS.sub(lambda found: found[1] + key_card() + found[2], README.read_text("utf-8")), "utf-8")
