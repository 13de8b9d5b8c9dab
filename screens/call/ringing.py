"""A ringing call, told of on whatever page covers the call desk (5.1.3.2)."""

from typing import Any

from textual.screen import Screen

from console.call_desk import CallDesk
from data.personal import mask_phone
from screens.desk import Acting, Dialog
from screens.widgets.chrome import Notice


class RingElsewhere:
    """Tells of the call for as long as it rings, and no longer."""

    def __init__(self, model: CallDesk) -> None:
        self._model = model
        self._told: Acting | None = None

    def look(self, desk: Screen[Any]) -> None:
        """Tell of the call on the page that covers the desk; take the sentence away once the call rings no longer."""
        state = self._model.call_state
        screen = desk.app.screen if self._model.phase == "ringing" else desk
        if state is None or screen is desk or not isinstance(screen, Acting):
            for notice in self._told.query(Notice) if self._told is not None else ():  # a page that closes has none
                notice.over()
            self._told = None
            return
        self._told = screen
        rung = state.ring_seconds(self._model.now)
        back = "按 Esc 返回" if isinstance(screen, Dialog) else "按 Ctrl+O 回受理台"
        screen.tell(
            f"来电响铃 {rung:.0f}s/15s · {mask_phone(state.caller) or '未显示号码'}：{back}，按 F2 接听", error=True
        )
