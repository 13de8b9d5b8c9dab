"""One registry of what can be done at each desk.

It feeds the key bindings, the key bar, the palette, the F1 help and the printed key card, so that none of them can
tell another story. Keys keep one meaning everywhere: F1 help, F3 find or knowledge, F7 history or full text, F8
complete and go on, F9 urgent, F12 hang up, Esc back; F2, F4, F5, F6 belong to the desk.
"""

from typing import NamedTuple


class Action(NamedTuple):
    """Something a person can do at a desk."""

    id: str  # the desk's method is action_<id>
    key: str
    label: str  # on the key bar: two characters where possible
    initials: str  # pinyin initials of the label, for the palette
    help: str  # one sentence for F1
    bar: bool = True  # shown on the key bar


EVERYWHERE = (
    Action("help", "f1", "帮助", "bz", "本页可用的键与说明。"),
    Action("palette", "ctrl+p", "命令", "ml", "按名称或拼音首字母查找操作。", bar=False),
    Action("switch_desk", "ctrl+o", "换台", "ht", "换到另一个工作台。", bar=False),
    Action("leave", "ctrl+x", "退出", "tc", "退出控制台；写到一半的记录会保留，下次打开接着写。", bar=False),
)

CALL_DESK = (
    Action("speak", "f2", "用语", "yy", "响铃时接听；通话中把“现在说”的用语记为已说，并转到下一句（模拟来电会作答）。"),
    Action("knowledge", "f3", "知识", "zs", "查询热线数据库：边输边查，可看全文、答复、插入（Ctrl+R 撤回）。"),
    Action("reply", "f4", "答复", "df", "用推送或查到的知识直接答复，工单办结为“直接答复”（5.2.1）。"),
    Action("route", "f5", "去向", "qx", "选承办单位，或按 5.1.2.2 分类处理（不派单）。"),
    Action("elements", "f6", "要素", "ys", "逐项补记附录 C 要素，或记“已问，不愿提供”。"),
    Action("history", "f7", "历史", "ls", "来电号码的历史与疑似重复的工单；可关联为重复。"),
    Action(
        "complete",
        "f8",
        "保存",
        "bc",
        "登记工单并交派单队列，紧急的同时上报；没有诉求的通话（空白、骚扰、打错）按两次结束，记过的有编号、不派单。",
    ),
    Action("urgent", "f9", "紧急", "jj", "上报值班管理人员（5.1.3.3），记下时间；登记后未报过的，派单前仍可补报。"),
    Action("hang_up", "f12", "挂机", "gj", "先提示结束语与评价，再按一次挂机。"),
    Action("skip", "ctrl+n", "跳过", "tg", "这一句不说，记为跳过，转到下一句。", bar=False),
    Action("phrases", "ctrl+l", "用语表", "yyb", "全部服务用语；选中即记为已说。", bar=False),
    Action("hold", "ctrl+t", "等待", "dd", "让来电人等待／恢复通话；超过 30 秒提示 B.1.3.3。", bar=False),
    Action(
        "urgency",
        "ctrl+u",
        "紧急程度",
        "jjcd",
        "判定紧急程度：对照定义选种类，或把文中像是的记为不属（5.1.4.1）。",
        bar=False,
    ),
    Action("text", "ctrl+d", "正文", "zw", "光标直接到“主要内容”；再按回到“类型”。", bar=False),
    Action(
        "another",
        "ctrl+y",
        "另记一件",
        "ljyj",
        "来电人又说一件事：登记过手上这件后，同一通电话另记一件，来电人与号码带入，另有编号。",
        bar=False,
    ),
    Action("take_back", "ctrl+r", "撤回插入", "chcr", "把最近一次插入的知识从“主要内容”里撤回。", bar=False),
    Action("attach", "ctrl+f", "附件", "fj", "附上录音、图片、视频或文档（5.1.3.1）。", bar=False),
    Action("ring", "ctrl+g", "模拟来电", "mnld", "（模拟来电）马上来一个电话。", bar=False),
)

PRACTICE = (
    Action("say", "ctrl+e", "自己说", "zjs", "用自己的话对来电人说一句，或问一句；来电人听得懂，会回答。", bar=False),
    Action("debrief", "ctrl+k", "讲评", "jp", "再看上一通练习来电的讲评。", bar=False),
)

COURSE_DESK = (
    Action("next_mode", "f2", "辅导/考试", "fdks", "换一种方式：辅导随时提示并给条款，考试在结束后讲评。"),
    Action("cards", "f5", "练卡", "lk", "练所选课程还没有会的卡，一题一答。"),
    Action("drill", "f6", "小测", "xc", "用五分钟练到期的卡。"),
    Action("full_text", "f7", "全文", "qw", "所选课程的全部步骤：每通来电、每张卡过了没有。"),
    Action("begin", "f8", "开始", "ks", "所选课程下一步的来电马上响，转到受理台。"),
    Action("widen", "escape", "返回", "fh", "从全文回到清单。", bar=False),
)

TRAINING_DESK = (
    Action("next_view", "f2", "人员/常错", "rycc", "在人员、全班常错之间切换。"),
    Action("assign", "f4", "布置", "bz", "把一门课程布置给班级或一个人，写明期限。"),
    Action("export", "f5", "导出", "dc", "把全班的练习情况存为 CSV 文件。"),
    Action("class", "f6", "班级", "bj", "建班级，或改班级里有谁。"),
    Action("full_text", "f7", "全文", "qw", "光标所在一人的进度、图和全部来电。"),
    Action("widen", "escape", "返回", "fh", "从全文回到清单。", bar=False),
)

PRACTICE_DESKS: dict[str, tuple[Action, ...]] = {"课程": COURSE_DESK, "培训": TRAINING_DESK}
"""The desks that only the practice console has."""

TICKET_DESK = (
    Action("narrow_state", "f2", "状态", "zt", "按状态筛选：依次切换。"),
    Action("find", "f3", "查找", "cz", "按编号、标题、单位查找，边输边筛。"),
    Action("export_text", "f4", "导出", "dc", "把所选工单按附录 D 样式存为文本文件。"),
    Action("export_docx", "f5", "Word", "word", "把所选工单按附录 D 样式存为 .docx 文件。"),
    Action("narrow_urgent", "f6", "上报", "sb", "只看待知悉的紧急上报／看全部。"),
    Action("full_text", "f7", "全文", "qw", "附录 D 工单与办理过程之间切换。"),
    Action("widen", "escape", "全部", "qb", "清除查找词与筛选，看全部工单；所选的工单不变。", bar=False),
    Action("acknowledge", "f9", "知悉", "zx", "管理人员确认已知悉紧急上报（5.1.3.3）。"),
)

DISPATCH_DESK = (
    Action("next_list", "f2", "清单", "qd", "换下一个清单：待派、申请退回、已派、已反馈。"),
    Action("find", "f3", "查找", "cz", "按编号、标题、单位、类型查找，边输边筛；回车回到清单。"),
    Action("refuse", "f4", "不同意", "bty", "不同意承办单位退回，或把已反馈的发回重办；写明理由。"),
    Action("unit", "f5", "改去向", "gqx", "选承办单位，需要时选法定时限；派单方式取自单位表（5.2.2.1.1）。"),
    Action("opinion", "f6", "意见", "yj", "写派单处理意见；改派时是改派的理由（4.2）。"),
    Action("full_text", "f7", "全文", "qw", "摘要、附录 D 工单、办理过程之间切换。"),
    Action(
        "complete", "f8", "派单", "pd", "派单；已有承办单位的改派，已反馈的办结（按两次）；选了几件的一起派，各记各的。"
    ),
    Action("urgent", "f9", "联系", "lx", "记下给承办单位的电话，并判断是否报公安、应急管理部门（5.2.2.1.4）。"),
    Action("mark", "space", "多选", "dx", "选上或放下所选的一般工单，可选几件一起派。"),
    Action("widen", "escape", "全部", "qb", "回到清单与摘要；再按清除查找词，再按放下选了的。", bar=False),
)

KNOWLEDGE_DESK = (
    Action("next_list", "f2", "清单", "qd", "换下一个清单：待核、在用、到期、未找到、纠错、使用。"),
    Action("find", "f3", "查找", "cz", "按标题、单位、主题、编号查找，边输边筛。"),
    Action(
        "write", "f4", "修改", "xg", "改所选的文章或草稿，或按所选的“未找到”起草一篇；提交后由另一位知识管理员核对。"
    ),
    Action("refuse", "f5", "退回", "th", "把草稿退给起草人，或把在用的文章撤回，写明原因；自己起草的草稿直接撤回。"),
    Action("undo", "f6", "撤销", "cx", "撤销自己 10 分钟内的通过、退回、撤回或处理。"),
    Action("full_text", "f7", "全文", "qw", "全文与改动（和前一版对照）之间切换。"),
    Action(
        "older", "ctrl+r", "更早一版", "gzyb", "看改动时，看更早一版的改动：谁、何时存入，与它前一版对照。", bar=False
    ),
    Action("newer", "ctrl+t", "更新一版", "gxyb", "看改动时，回到更新一版的改动。", bar=False),
    Action("complete", "f8", "通过", "tg", "核对通过草稿，立即生效（6.3.4）；或写明“未找到”“纠错”怎样处理。"),
    Action("new", "ctrl+n", "起草", "qc", "起草一篇新文章，或接着写上次写到一半的。", bar=False),
    Action("widen", "escape", "清除", "qc", "清除查找词；所选的不变。", bar=False),
)

SUPERVISION_DESK = (
    Action(
        "next_list", "f2", "清单", "qd", "换下一个清单：超期、临期、突发、多次、集中、申请退回、流转、回访、督办中。"
    ),
    Action("find", "f3", "查找", "cz", "在清单里按编号、标题、单位查找，边输边筛。"),
    Action("order", "f4", "督办", "db", "督办所选的工单：文件、会商、现场、联合、监察五种方式（5.2.3）。"),
    Action("approve", "f5", "批准", "pz", "领导看专报并批准文件督办，批准后才下发（5.2.3b）。"),
    Action("more", "f6", "更多", "gd", "了结督办、通报、认定复杂疑难、发回重办、宣布或结束集中大话务量。"),
    Action("full_text", "f7", "全文", "qw", "摘要、办理过程（督办时间线）、附录 D 之间切换。"),
    Action("acknowledge", "f9", "知悉", "zx", "确认已知悉紧急上报（5.1.3.3）。"),
    Action("wall", "ctrl+l", "大屏", "dp", "实时大屏：接通率、受理、派单、各时限与集中事项；Esc 返回。"),
    Action("widen", "escape", "清除", "qc", "清除查找词；所选的工单不变。", bar=False),
)

UNIT_DESK = (
    Action("next_list", "f2", "清单", "qd", "换下一个清单：待签收、办理中、待审核、督办、协办、抄送、已反馈。"),
    Action("find", "f3", "查找", "cz", "按编号、标题、类型查找，边输边筛。"),
    Action("contact", "f4", "联系", "lx", "联系诉求人核实情况：用语 B.3.1、B.3.2，记下结果（5.2.2.2.2）。"),
    Action("progress", "f5", "进展", "jz", "记办理进展、诉求人的意见、是否查看现场（5.2.2.2.4）。"),
    Action("aside", "f6", "协同", "xt", "吹哨报到、协调会商；申请退回；督办回复。"),
    Action("full_text", "f7", "全文", "qw", "摘要、附录 D、办理过程之间切换。"),
    Action("complete", "f8", "下一步", "xyb", "做所选工单的下一步：签收、联系诉求人、反馈或报审；负责人审核。"),
    Action("widen", "escape", "清除", "qc", "清除查找词；所选的工单不变。", bar=False),
)

CALLBACK_DESK = (
    Action("next_list", "f2", "清单", "qd", "换下一个清单：名单、没有了结、今日已访。"),
    Action("find", "f3", "查找", "cz", "按编号、标题、单位查找，边输边筛。"),
    Action("amend", "f4", "更正", "gz", "更正记错的答案；原来的答案与理由一并保留（5.4.4）。"),
    Action("send_back", "f5", "发回", "fh", "把没有了结的发回承办单位重办，附诉求人的话（5.2.3）。"),
    Action("sample", "f6", "抽样", "cy", "从已反馈、已办结的电话诉求中抽取回访（5.4.1）。"),
    Action("full_text", "f7", "全文", "qw", "看所选诉求的附录 D 工单与办理过程。"),
    Action("complete", "f8", "拨打", "bd", "拨打所选的号码，或回到正在进行的回访；同一号码的工单一次问完。"),
    Action("widen", "escape", "清除", "qc", "清除查找词；所选的不变。", bar=False),
)

RATES_DESK = (
    Action("next_dimension", "f2", "维度", "wd", "换一个维度：承办单位、街乡、区、问题分类。"),
    Action("find", "f3", "查找", "cz", "按名称查找，边输边筛。"),
    Action("period", "f4", "期间", "qj", "选期间：近 30 天、本月、上月、本季度、今年、全部，或写起止日期（7.1.3.1）。"),
    Action("next_measure", "f5", "排名", "pm", "换排名所按的指标：满意率、解决率、响应率；件数不足的列出而不排名。"),
    Action("agents", "f6", "坐席", "zx", "回访员与其余的人相比，答案的偏离是否超出偶然；质检、督办查看（5.4.4）。"),
    Action("full_text", "f7", "全文", "qw", "光标所在一行的全部分子分母、公式、不计入的和说明（7.1.3.3）。"),
    Action("said", "ctrl+l", "用语", "yy", "回访时有倾向、有诱导的话：原句、规则、坐席；质检、督办查看（5.4.4）。"),
    Action("widen", "escape", "清除", "qc", "回到表；再按清除查找词。", bar=False),
)

QUALITY_DESK = (
    Action("sample", "f2", "抽样", "cy", "按比例、种子随机抽，按风险另抽近 30 天的工作；质检、督办操作（7.1.2.1）。"),
    Action("report", "f5", "报表", "bb", "近 30 天按坐席、班组的分子分母；坐席只看自己的一行（7.1.2.4）。"),
    Action("findings", "f6", "改进", "gj", "改进清单：问题、措施、负责人、跟进日期和检查（7.2）。"),
    Action("full_text", "f7", "全文", "qw", "光标所在一件的全部项目、依据和经过。"),
    Action("judge", "f8", "评定", "pd", "评定、复评或裁定所选的一件；坐席对自己的一件申诉（7.1.2.2、7.1.2.4）。"),
    Action("widen", "escape", "返回", "fh", "从全文回到清单。", bar=False),
)

SYNC_DESK = (
    Action("sync_now", "f2", "同步", "tb", "现在就同步一次。"),
    Action("retry", "f8", "重试", "cs", "在对方的改动之后重做所选的操作；滞留的再试一次。"),
    Action("give_up", "f4", "放弃", "fq", "放弃所选的操作；按两次。"),
)

INBOX_DESK = (
    Action("accept", "f8", "受理", "sl", "受理所选的网络诉求，或接着写所选的草稿，转到受理台。"),
    Action("give_back", "f4", "退回", "th", "把自己受理的网络诉求退回给别人受理，按两次；写过的内容不保留。"),
    Action("full_text", "f7", "全文", "qw", "看所选诉求的全文。"),
)

DIALOG = (
    EVERYWHERE[0]._replace(bar=False),
    Action("back", "escape", "返回", "fh", "回到上一页，已写的内容保留。"),
)

DESK_ACTIONS: dict[str, tuple[Action, ...]] = {
    "受理": CALL_DESK,
    "派单": DISPATCH_DESK,
    "收件": INBOX_DESK,
    "承办": UNIT_DESK,
    "回访": CALLBACK_DESK,
    "评价": RATES_DESK,
    "质检": QUALITY_DESK,
    "工单": TICKET_DESK,
    "知识": KNOWLEDGE_DESK,
    "督办": SUPERVISION_DESK,
    "同步": SYNC_DESK,
}


_KEY_NAMES = {"escape": "Esc", "space": "空格"}


def key_name(key: str) -> str:
    """Write a key as a person reads it."""
    named = "+".join(part.upper() if part[0] == "f" else part.title() for part in key.split("+"))
    return _KEY_NAMES.get(key, named)
