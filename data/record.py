"""What is written down about one request (诉求): the facts of 5.1.4.1, appendix C and the upper half of appendix D."""

from datetime import datetime

import msgspec

# 3.2, 5.1.4.1: the five types, and a switch for the standard's "等".
REQUEST_TYPES = ("投诉", "求助", "举报", "咨询", "建议", "其他")

# 5.1.4.1 note 1 names five urgent kinds; 5.2.2.1.2 gives the third entry the shortest clocks as well.
URGENCY_KINDS = ("突发事件", "不稳定因素", "其他可能造成生命财产损失", "基本民生保障", "极端天气", "疫情")
# Two characters for each, where a row has room for no more.
URGENCY_SHORT = dict(zip(URGENCY_KINDS, ("突发", "不稳", "危险", "保障", "天气", "疫情"), strict=True))

# 5.1.1: the channels named there, the telephone, and the standard's "包括但不限于".
PHONE = "热线电话"
CHANNELS = (PHONE, "微信公众号", "政务微博", "首都之窗网上接诉即办", "北京通APP", "其他")

CLAIMANT_KINDS = ("个人", "法人", "其他组织")  # 3.3: natural person, legal person, other organisation

REFUSED = "不愿提供"
UNKNOWN = "不清楚"
# A web submission is read, not asked: what it leaves out was not refused.
NOT_WRITTEN = "网络诉求未写明"
NOT_REACHED = "网络诉求未写明，回电未通"
WEB_MARKS = (NOT_WRITTEN, NOT_REACHED)
SHORTEST_PASSAGE = 8  # characters of a line by which an article's words are known again
ASKED_MARKS = (REFUSED, UNKNOWN, *WEB_MARKS)


class Claimant(msgspec.Struct):
    """The person who raised the request (诉求人, 来电人)."""

    name: str = ""
    kind: str = CLAIMANT_KINDS[0]
    phone: str = ""  # 来电号码: from the line, never typed
    contact: str = ""  # 联系方式: asked for separately, since a caller may use another's telephone
    address: str = ""
    confidential: bool = False


class Place(msgspec.Struct):
    """Where it happened (发生地址); C.3 allows a landmark with direction and distance when it is unclear."""

    text: str = ""
    district: str = ""
    street: str = ""
    landmark: str = ""
    direction: str = ""
    distance: str = ""


class Answer(msgspec.Struct):
    """An element of appendix C that was answered apart from the fields, or asked for and not given."""

    text: str = ""
    asked: str = ""  # one of ASKED_MARKS when there is no text


class Attachment(msgspec.Struct):
    """A picture, video, recording or paper handed in with the request (5.1.3.1)."""

    path: str  # below the home folder
    media_type: str
    sha256: str
    name: str = ""  # as it was handed in


class Scope(msgspec.Struct):
    """The classification (分类处理) of a request that 5.1.2.2 does not let the hotline dispatch."""

    route: str  # the label of one of the six routes
    clause: str = ""
    choice: str = ""
    note: str = ""


class Record(msgspec.Struct):
    """One request as it stands at a desk; everything may be empty while a call is going on."""

    source: str = PHONE
    line: str = ""  # the number dialled, with the form in which that line joined 12345 (3.1 note 2)
    raised_at: datetime | None = None  # 诉求提出时间: the call's answer, or the web submission
    claimant: Claimant = msgspec.field(default_factory=Claimant)
    types: list[str] = msgspec.field(default_factory=list)
    urgency_kinds: list[str] = msgspec.field(default_factory=list)
    urgency_answers: dict[str, bool] = msgspec.field(default_factory=dict)
    # Urgent kinds that words of the text suggest and the agent has judged not to hold, each with those words.
    not_urgent: dict[str, list[str]] = msgspec.field(default_factory=dict)
    title: str = ""
    text: str = ""
    place: Place = msgspec.field(default_factory=Place)
    event_time: str = ""
    respondent: str = ""  # 被反映单位, 涉及对象
    earlier_handling: str = ""  # 前期处理情况
    wish: str = ""  # 诉求人的要求
    topic: str = ""  # 问题分类
    elements: dict[str, Answer] = msgspec.field(default_factory=dict)
    scope: Scope | None = None
    new_facts: str = ""  # 新情况、新理由, as answered when the matter came before (5.1.2.2)
    repeats: str = ""  # id of the ticket that this one repeats
    attachments: list[Attachment] = msgspec.field(default_factory=list)
    inserted: list[str] = msgspec.field(default_factory=list)  # passages of the text that come from articles
    unit: str = ""  # 建议承办单位: where the call-taker would send it
    unit_reason: str = ""
    unit_chosen: bool = False  # by the call-taker; else the program named it as it registered
    copy_to: str = ""  # 同时送: the district government that a street's ticket also goes to (5.2.2.1.1)

    @property
    def urgent(self) -> bool:
        """Whether the degree of urgency (紧急程度) is 紧急."""
        return bool(self.urgency_kinds)

    @property
    def own_text(self) -> str:
        """The main text without what was inserted from articles: what the claimant told.

        Of a passage that was changed since, the lines that are still as in the article go.
        """
        text = self.text
        for passage in self.inserted:
            for part in [passage] if passage in text else filter(_tells_apart, passage.split("\n")):
                text = text.replace(part, "\n", 1)
        return text


def _tells_apart(line: str) -> bool:
    """Whether a line is long enough to be an article's own, and not what anybody writes."""
    return len(line) >= SHORTEST_PASSAGE
