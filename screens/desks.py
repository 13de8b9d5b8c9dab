"""换台: the way from one desk to another."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.pick import ARROWS, PickList

PURPOSE = {
    "受理": "接听来电，登记工单",
    "派单": "派单、改派，处理退回，办结；紧急工单的电话联系与判断",
    "收件": "网络诉求，2 小时内受理；未完成的草稿",
    "督办": "超期、临期、突发、多次、集中；督办与通报；实时大屏",
    "承办": "本单位的工单：签收、联系、办理、反馈、审核",
    "回访": "回访名单与问卷；没有了结的发回重办；抽样",
    "评价": "响应率、解决率、满意率；坐席偏离；回访用语",
    "质检": "抽样、评定、申诉与裁定，报表，改进；坐席看自己的结果",
    "工单": "查工单、看办理过程、打印附录 D",
    "知识": "知识库：核对草稿，起草修改，处理未找到与纠错",
    "同步": "待同步与失败的记录",
    "课程": "布置的课程与进度，小测（练习）",
    "培训": "谁练了、全班常错、进步，布置课程（练习）",
}


class DeskDialog(Dialog):
    """A digit or Enter goes there."""

    ACTIONS = (Action("take", "f8", "前往", "qw", "到所选的工作台。"),)
    BINDINGS: ClassVar[list[BindingType]] = [
        *ARROWS,
        Binding("enter", "take", show=False),
        *(Binding(str(digit), f"go({digit})", show=False) for digit in range(1, 10)),
    ]

    def __init__(self, desks: list[str]) -> None:
        super().__init__()
        self._desks = desks

    def body(self) -> ComposeResult:
        """Lay out the list of desks."""
        with Vertical(id="page"):
            yield PickList(empty="这个工号没有可用的工作台：请找系统管理员授予角色。")

    def on_mount(self) -> None:
        """List the desks."""
        self.query_one("#page").border_title = "换台 · 数字键或回车"
        lines = [Text(f"{at} {desk}  ").append(PURPOSE[desk], "dim") for at, desk in enumerate(self._desks, 1)]
        self.query_one(PickList).fill(lines)

    def action_move(self, by: int) -> None:
        """Move along the desks."""
        self.query_one(PickList).move(by)

    def action_go(self, number: int) -> None:
        """Go to the desk with this number."""
        if number <= len(self._desks):
            self.dismiss(None)
            self.console.open_desk(self._desks[number - 1])

    def action_take(self) -> None:
        """Go to the desk under the cursor."""
        self.action_go(self.query_one(PickList).at + 1)
