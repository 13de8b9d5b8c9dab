"""From a row of a file to an article: column names in English or Chinese, lists, dates, yes and no."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from kb.articles import FIELD_NAMES, Article, ArticleError, checked

REQUIRED = ("title", "body", "topic", "owner", "source_kind")

_OTHER_NAMES = {
    "序号": "id",
    "文章编号": "id",
    "问题": "title",
    "名称": "title",
    "内容": "body",
    "答复": "body",
    "答案": "body",
    "问法": "questions",
    "相似问题": "questions",
    "标签": "keywords",
    "分类": "topic",
    "主管单位": "owner",
    "承办单位": "owner",
    "来源类型": "source_kind",
    "依据": "source",
    "有效期起": "valid_from",
    "有效期至": "valid_until",
    "适用区": "district",
    "相关": "related",
}
_NAMES = {name: name for name in FIELD_NAMES} | {shown: name for name, shown in FIELD_NAMES.items()} | _OTHER_NAMES
_STORES = "unchecked"  # in an exported file; the store says who is checked, not the file
_LISTS = {
    "questions": re.compile(r"[\n;；|]"),
    "keywords": re.compile(r"[\n;；|、,，]"),
    "related": re.compile(r"[\n;；|、,，\s]"),
}
_DATES = ("checked_on", "valid_from", "valid_until")
_FLAGS = {"public": True, "sample": False}
_YES, _NO = {"true", "1", "是", "yes", "y"}, {"false", "0", "否", "no", "n"}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T].*)?")
# A date in a cell without the form of one: days since the end of 1899; these are 1954 to 2119.
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = (20_000, 80_000)
# A cell that begins so, a spreadsheet takes for a formula.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def field_of(column: str) -> str | None:
    """The article's field that a column or key of a file means; None for a column of no concern."""
    return _NAMES.get(column.strip().lower())


def unused_of(names: Iterable[str]) -> list[str]:
    """Of the columns or keys of a file, those of which `article_of` takes nothing."""
    return [name for name in map(str.strip, names) if name and field_of(name) is None and name.lower() != _STORES]


def article_of(values: Mapping[str, object], *, cells: bool = False, fallback_id: str = "") -> Article:
    """Make a checked article of a row.

    Args:
        values: by column or key as the file names them; columns of no concern are ignored.
        cells: the values come from a spreadsheet, where an apostrophe guards a cell against being a formula.
        fallback_id: for a row without 编号. Without it the id is made from owner and title, so that the same row
            imported again is the same article.

    Raises:
        ArticleError: the first fault, with its field.
    """
    given = {field: value for column, value in values.items() if (field := field_of(column)) and value is not None}
    given.pop("version", None)  # the store numbers versions
    if cells:
        given = {field: _unguarded(value) for field, value in given.items()}
    fields: dict[str, object] = {}
    for field, value in given.items():
        if field in _LISTS:
            fields[field] = _list(field, value)
        elif field in _DATES:
            fields[field] = _date(field, value, cells=cells)
        elif field in _FLAGS:
            fields[field] = _flag(field, value)
        else:
            fields[field] = _text(field, value)
    for field in REQUIRED:
        fields.setdefault(field, "")
    if not str(fields.get("id", "")).strip():
        fields["id"] = fallback_id or made_id(str(fields["owner"]), str(fields["title"]))
    return checked(Article(**fields))  # type: ignore[arg-type]  # each value has its field's type by now


def made_id(owner: str, title: str) -> str:
    """A stable id for an article that came without one."""
    return "m-" + hashlib.sha256(f"{owner.strip()}\n{title.strip()}".encode("utf-8", "replace")).hexdigest()[:12]


def cell_of(article: Article, field: str) -> str:
    """A field as the text of a spreadsheet's cell that `article_of` reads back, guarded against being a formula."""
    value = getattr(article, field)
    if isinstance(value, bool):
        text = "是" if value else "否"
    elif isinstance(value, tuple):
        # A newline says that other separators belong to the items.
        text = "\n".join(value) + ("\n" if len(value) == 1 and _LISTS[field].search(value[0]) else "")
    else:
        text = "" if value is None else str(value)
    return f"'{text}" if text.removeprefix("'").startswith(_DANGEROUS) else text


def _unguarded(value: object) -> object:
    if isinstance(value, str) and value.startswith("'") and value[1:].removeprefix("'").startswith(_DANGEROUS):
        return value[1:]
    return value


def _text(field: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return str(value).removesuffix(".0")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ArticleError("不是文字；请改为文字", field=field)


def _list(field: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(_text(field, item) for item in value)
    text = _text(field, value)
    return tuple(text.split("\n") if "\n" in text else _LISTS[field].split(text))


def _date(field: str, value: object, *, cells: bool) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if cells and isinstance(value, int | float) and _SERIALS[0] <= value < _SERIALS[1]:
        return _SERIAL_ZERO + timedelta(days=int(value))
    text = _text(field, value).strip()
    if not text:
        return None
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        return date(*map(int, match.groups()))
    except ValueError as error:
        raise ArticleError(f"“{text[:30]}”不是日期；请写作 2026-01-31", field=field) from error


def _flag(field: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = _text(field, value).strip().lower()
    if not text:
        return _FLAGS[field]
    if text in _YES or text in _NO:
        return text in _YES
    raise ArticleError(f"“{text[:30]}”不是“是”或“否”；请改为其一", field=field)
