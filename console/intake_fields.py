"""What a line of web submissions says: the names its columns may bear, and each value read into the record's terms.

Nothing is lost silently: what this city has no word for becomes 其他, or a text, and the reader is told of it.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from console.text import LONGEST_LINE, LONGEST_TEXT, clean
from console.when import WhenError, read_instant
from data.record import CHANNELS, PHONE, REQUEST_TYPES

# The fields of a submission, each with the names a column may bear; the first one is shown to people.
COLUMNS = {
    "id": ("编号", "id", "序号", "诉求编号", "受理编号", "流水号"),
    "type": ("类型", "type", "诉求类型", "诉求分类", "工单类型", "types"),
    "channel": ("渠道", "channel", "来源", "诉求来源", "来源渠道", "source"),
    "date": ("时间", "date", "日期", "提交时间", "诉求时间", "诉求提出时间", "time", "submitted_at", "raised_at"),
    "title": ("标题", "title", "工单标题", "主题"),
    "text": ("内容", "text", "正文", "主要内容", "诉求内容", "content"),
    "district": ("区", "district", "区县", "所属区"),
    "place": ("地点", "place", "发生地址", "事发地点", "位置"),
    "name": ("姓名", "name", "诉求人", "联系人"),
    "phone": ("电话", "phone", "联系电话", "联系方式", "手机", "contact"),
    "address": ("地址", "address", "联系地址", "诉求人地址"),
    "confidential": ("保密", "confidential", "是否保密"),
    "respondent": ("被反映单位", "respondent", "涉及对象"),
    "wish": ("诉求人要求", "wish", "要求"),
}
REQUIRED = ("title", "text")
FIELDS = {name: field for field, names in COLUMNS.items() for name in names}

# How sources name the channels of 5.1.1; the first word found decides, so that 电话 is looked for after the platforms.
_CHANNELS = {
    "微信": "微信公众号",
    "微博": "政务微博",
    "网站": "首都之窗网上接诉即办",
    "首都之窗": "首都之窗网上接诉即办",
    "app": "北京通APP",
    "北京通": "北京通APP",
    "电话": PHONE,
    "热线": PHONE,
    "来电": PHONE,
}
_LINE = "12345"  # by itself the telephone; beside another word it is the hotline's site, application or account
OTHER_CHANNEL, _OTHER_TYPE = CHANNELS[-1], REQUEST_TYPES[-1]
# What a spreadsheet would run: "=…" whatever follows, the other signs only before a call. A text may begin with
# "-" (a list) or "@" (a mention).
_FORMULA = re.compile(r"\s*(?:=|[+\-@]\s*[A-Za-z.]{1,40}\s*[(|!])")
_YES, _NO = ("是", "true", "1", "yes", "y"), ("否", "false", "0", "no", "n", "")
# Shown as nothing, though Unicode counts them as letters or symbols: fillers of Hangul and of Braille.
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class LineRefused(ValueError):
    """One line is no submission; the message gives the reason and the way out."""


def notes_of(given: Mapping[str, str], district: str) -> list[str]:
    """Say what of a line was taken for something else; ``district`` is the city's own one that was found."""
    notes = []
    types = [name for name in _names(given.get("type", "")) if name not in REQUEST_TYPES]
    if types:
        notes.append(f"类型“{'、'.join(types)}”不认识，记为“{_OTHER_TYPE}”")
    origin = given.get("channel", "")
    if origin not in ("", OTHER_CHANNEL) and channel_of(origin) == OTHER_CHANNEL:
        notes.append(f"渠道“{origin}”不认识，记为“{OTHER_CHANNEL}”")
    if given.get("district") and not district:
        notes.append(f"区“{given['district']}”不在本市区划表里，写进了地点")
    return notes


def channel_of(origin: str) -> str:
    """Map a source's name for a channel to one of 5.1.1; anything unknown is 其他."""
    name = origin.strip().lower()
    if origin.strip() in CHANNELS:
        return origin.strip()
    if name == _LINE:
        return PHONE
    return next((channel for word, channel in _CHANNELS.items() if word in name), OTHER_CHANNEL)


def text_of(field: str, value: object) -> str:
    """Read one value as text; a text of which nothing can be seen is none.

    Raises:
        LineRefused: it is no text, too long, damaged, or what a spreadsheet would run.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet's numbers are all fractions
    if not isinstance(value, str | int | float) or (isinstance(value, bool) and field != "confidential"):
        raise LineRefused(f"“{COLUMNS[field][0]}”不是文字：请改为一段文字")
    text = str(value)
    if "\0" in text:
        raise LineRefused(f"“{COLUMNS[field][0]}”里有空字符（NUL）：文件可能已损坏，请重新导出")
    limit = LONGEST_TEXT if field == "text" else LONGEST_LINE
    if len(text) > limit:
        raise LineRefused(f"“{COLUMNS[field][0]}”有 {len(text)} 字，最多 {limit} 字：请缩短")
    if _FORMULA.match(text):
        raise LineRefused(f"“{COLUMNS[field][0]}”像电子表格公式（以 {text.strip()[0]} 开头）：请改为普通文字")
    text = clean(text, lines=field == "text").strip()
    return text if any(map(_seen, text)) else ""


def _seen(char: str) -> bool:
    return char not in _UNSEEN and unicodedata.category(char) not in ("Zs", "Zl", "Zp", "Cc", "Cf")


def submitted_of(text: str, now: datetime) -> datetime:
    """Read when it was submitted; without a time, now.

    Raises:
        LineRefused: it is no time, or one to come.
    """
    if not text:
        return now  # the source does not say: it is known from the moment it came in
    try:
        at = read_instant(text)
    except WhenError as error:
        raise LineRefused(f"时间{error}") from error
    if at > now:
        raise LineRefused(f"时间“{text[:40]}”在将来：请核对")
    return at


def types_of(text: str) -> list[str]:
    """Known types; what the source calls otherwise is the 其他 that 3.2's "等" leaves room for."""
    return list(dict.fromkeys(name if name in REQUEST_TYPES else _OTHER_TYPE for name in _names(text)))


def _names(text: str) -> list[str]:
    return [name for name in re.split(r"[\s、,，;；|/]+", text) if name]


def flag_of(text: str) -> bool:
    """Read whether the claimant's name is to be kept secret (是否保密).

    Raises:
        LineRefused: it is neither yes nor no.
    """
    if text.lower() not in _YES + _NO:
        raise LineRefused(f"“{COLUMNS['confidential'][0]}”应为“是”或“否”，现为“{text[:20]}”")
    return text.lower() in _YES
