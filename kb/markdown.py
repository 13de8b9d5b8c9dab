"""Articles as Markdown: one to a file as people write them, or many in one file as `kb.exporter` writes them."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kb.articles import FIELD_NAMES, Article, ArticleError
from kb.fields import field_of
from kb.rows import LINE_LIMIT, FileError, encoding_of

# An export's first line, repeated before each article. Its token is new each time, so no article's text can hold it.
_MARK = re.compile(r"<!-- 知识库导出 [0-9a-f]{16} -->")


def mark(token: str) -> str:
    """The line before each article of an export."""
    return f"<!-- 知识库导出 {token} -->"


def markdown_of(article: Article) -> str:
    """An article with its fields before its text, as `read_markdown` reads it back."""
    fields = msgspec.structs.asdict(article)
    # A JSON string or list of strings is one of TOML too; a date is written as text, which reads back the same.
    lines = [
        f"{name} = {msgspec.json.encode(fields[name]).decode()}"
        for name in FIELD_NAMES
        if name not in ("body", "version") and fields[name] not in (None, "", ())
    ]
    return "\n".join(("+++", *lines, "+++", "", article.body, ""))


def read_markdown(path: Path) -> Iterator[tuple[int, dict[str, object] | ArticleError]]:
    """The fields of each article in the file, with the line where it begins.

    Raises:
        FileError: the file as a whole cannot be read.
    """
    text = path.open("rb").readline(200).decode("utf-8", "replace").removeprefix("\ufeff").strip()
    if _MARK.fullmatch(text):
        for line, block in _blocks(path, text):
            try:
                yield line, _fields(block)
            except FileError as error:
                yield line, ArticleError(str(error))
        return
    if path.stat().st_size > LINE_LIMIT:
        raise FileError(f"超过 {LINE_LIMIT // 1024} KB；请拆分为多篇")
    yield 1, _fields(read_text(path).replace("\r\n", "\n"))


def _blocks(path: Path, between: str) -> Iterator[tuple[int, str]]:
    """What stands between the marks of an export, one article in memory at a time."""
    block: list[str] = []
    begin = 2
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip() != between:
                    block.append(line)
                    continue
                if block:
                    yield begin, "".join(block)
                block, begin = [], number + 1
    except UnicodeDecodeError as error:
        raise FileError(f"第 {begin} 行起的一篇不是 UTF-8 编码；请更正") from error
    if block:
        yield begin, "".join(block)


def _fields(text: str) -> dict[str, object]:
    """Front matter between lines of ``---`` (name: value) or ``+++`` (TOML), then the body.

    Without a title in the front matter the first heading is the title.
    """
    match = re.match(r"(---|\+\+\+)[ \t]*\n(.*?\n)?\1[ \t]*(?:\n|\Z)", text, re.DOTALL)
    if match is None:
        raise FileError("开头没有 --- 之间的属性（标题、主题、责任单位、来源类别……）；请补上")
    body = text[match.end() :]
    matter = match[2] or ""
    if match[1] == "---":
        values = _name_values(matter)
    else:
        try:
            values = dict(tomllib.loads(matter))
        except tomllib.TOMLDecodeError as error:
            raise FileError(f"属性不是有效的 TOML：{toml_fault(error)}；请更正") from error
    heading = re.match(r"\s*#\s+(.+?)[ \t]*#*[ \t]*(?:\n|\Z)", body)
    if heading is not None and not any(field_of(name) == "title" for name in values):
        values["title"] = heading[1]
        body = body[heading.end() :]
    return values | {"body": body}


def toml_fault(error: tomllib.TOMLDecodeError) -> str:
    """Say where a text stops being TOML; the reader says it in English."""
    at = re.search(r"at line (\d+), column (\d+)", str(error))
    return f"第 {at[1]} 行第 {at[2]} 列起不对" if at else "没有写完"


def _name_values(matter: str) -> dict[str, object]:
    """``name: value`` lines; a list is ``[a, b]`` or the ``- item`` lines that follow an empty value."""
    values: dict[str, object] = {}
    items: list[str] | None = None
    for line in matter.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line.lstrip().startswith("- ") and items is not None:
            items.append(_unquoted(line.lstrip()[2:]))
            continue
        name, colon, value = re.sub(r"^([^:：]+)：", r"\1:", line).partition(":")
        if not colon:
            raise FileError(f"属性“{line.strip()[:30]}”没有冒号；请写作“名称: 值”")
        value = value.strip()
        if value.startswith("[") and value.endswith("]"):
            values[name.strip()] = [_unquoted(item) for item in re.split(r"[,，]", value[1:-1])]
        elif value:
            values[name.strip()] = _unquoted(value)
        else:
            items = []
            values[name.strip()] = items
    # An empty value followed by no items is an empty text, not a list.
    return {name: "" if value == [] else value for name, value in values.items()}


def _unquoted(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def read_text(path: Path) -> str:
    """The file in its own encoding.

    Raises:
        FileError: it is neither UTF-8 nor GB18030.
    """
    encoding = encoding_of(path)
    try:
        return path.read_bytes().decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise FileError(f"第 {error.start + 1} 字节不是 {encoding.upper()} 编码；请更正") from error
