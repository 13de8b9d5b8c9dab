"""F1 at 80×24: the keys in force stand on top, each reason stands once."""

from collections.abc import Callable
from typing import Any

Sit = Callable[..., Any]


async def test_the_keys_in_force_come_first_and_each_reason_once(sit: Sit) -> None:
    """You should see, with no call, every usable key without scrolling, then the others under their reason."""
    async with sit() as seat:
        await seat.see("等待来电")
        reasons = [reason for action in seat.desk.ACTIONS if (reason := seat.desk.why_not(action.id))]
        assert len(reasons) > len(set(reasons)) > 1
        await seat.press("f1")
        await seat.see("帮助·现在可用的键")
        page = [line.strip(" │▁█") for line in seat.lines]
        first_reason = next(at for at, line in enumerate(page) if line.startswith("不可用："))
        usable = ["F1", "F3", "Ctrl+G", "Ctrl+P", "Ctrl+O", "Ctrl+X"]
        assert [line.split()[0] for line in page[1:first_reason] if line[0] in "FC"] == usable
        seen = list(page)
        await seat.press("pagedown", "pagedown", "pagedown")
        await seat.see("请用功能键")
        seen += [line.strip(" │▁█") for line in seat.lines]
        for reason in set(reasons):
            lines = {line for line in seen if reason[:12] in line}
            assert len(lines) == 1, reason


async def test_no_mark_stands_alone_on_a_line(sit: Sit) -> None:
    """You should see no line of the page begin with a full stop, in a call as well as at rest."""
    async with sit() as seat:
        for call in (False, True):
            if call:
                await seat.take("elevator", "1")
            await seat.press("f1")
            await seat.see("帮助·现在可用的键")
            for _ in range(4):
                assert not [line for line in seat.lines if line.strip(" │▁█")[:1] in {"。", "，", "）", "；"}]
                await seat.press("pagedown")
            await seat.press("escape")
