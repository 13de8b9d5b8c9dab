"""What is sent in: form fields and files, read up to a limit and no further, as UTF-8 and nothing else."""

from collections.abc import AsyncGenerator
from typing import NamedTuple
from urllib.parse import parse_qsl

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from console.attachments import LARGEST
from console.web.answers import Refused

SMALL = 1 << 20  # bytes of a request without files
LARGE = LARGEST + SMALL  # with files, from a source whose key stands in the header, so that it is known before
MOST_FILES = 9  # what the platform's own pages let a citizen choose
MOST_FIELDS = 200
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


class Form(NamedTuple):
    """The fields in the order they came, and the files."""

    fields: list[tuple[str, str]]
    files: list[tuple[str, UploadFile]]

    def all(self, *names: str) -> list[str]:
        """Every value of fields that bear any of these names; empty ones are none, as the specification has it."""
        return [value for name, value in self.fields if name in names and value.strip()]

    def one(self, name: str) -> str:
        """The value of a field that is given once at most.

        Raises:
            Refused: it is given more often.
        """
        values = self.all(name)
        if len(values) > 1:
            raise Refused(400, "malformed", f"“{name}”写了 {len(values)} 次：只能写一次")
        return values[0] if values else ""

    async def close(self) -> None:
        """Let go of the files."""
        for _, file in self.files:
            await file.close()


class _Parser(MultiPartParser):
    """Starlette's parser, which also notices a body that breaks off."""

    ended = False

    def on_end(self) -> None:
        self.ended = True


async def read_form(request: Request, limit: int) -> Form:
    """Read the body of a POST.

    Raises:
        Refused: too large, no form, broken off, too many parts, or not UTF-8.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    media_type = kind.decode("latin-1")
    if media_type == _MULTIPART and options.get(b"boundary"):
        return await _multipart(request, options[b"boundary"], limit)
    if media_type != _FORM:
        raise Refused(415, "media_type", f"请求体应为 {_FORM}；带附件的用 {_MULTIPART}")
    body = b"".join([chunk async for chunk in _limited(request, min(limit, SMALL))])
    return Form(read_pairs(body), [])


def read_pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Read fields of a form or of a query.

    Raises:
        Refused: not UTF-8, or too many of them.
    """
    try:
        return parse_qsl(
            encoded.decode(), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS
        )
    except UnicodeDecodeError as error:
        raise Refused(400, "encoding", "内容不是 UTF-8：请按 UTF-8 编码后再提交") from error
    except ValueError as error:
        raise Refused(400, "malformed", f"最多 {MOST_FIELDS} 项：请检查是否重复提交") from error


async def _multipart(request: Request, boundary: bytes, limit: int) -> Form:
    # As Latin-1 every byte comes through, to be read as UTF-8 here: the parser itself would guess.
    headers = Headers(raw=[(b"content-type", b'multipart/form-data; charset=latin-1; boundary="' + boundary + b'"')])
    parser = _Parser(
        headers, _limited(request, limit), max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=SMALL
    )
    try:
        parts = await parser.parse()
    except MultiPartException as error:
        raise Refused(400, "malformed", f"multipart 内容有误，或超过 {MOST_FILES} 个文件：请核对后再提交") from error
    files = [(_utf8(name), part) for name, part in parts.multi_items() if isinstance(part, UploadFile)]
    form = Form([], files)
    try:
        if not parser.ended:
            raise Refused(400, "malformed", "multipart 内容没有传完：请重新提交")
        form.fields.extend((_utf8(name), _utf8(part)) for name, part in parts.multi_items() if isinstance(part, str))
        for _, file in files:
            file.filename = _utf8(file.filename or "")
    except Refused:
        await form.close()
        raise
    return form


def _utf8(latin: str) -> str:
    try:
        return latin.encode("latin-1").decode()
    except UnicodeDecodeError as error:
        raise Refused(400, "encoding", "内容不是 UTF-8：请按 UTF-8 编码后再提交") from error


async def _limited(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and len(told) < 20 and int(told) > limit:
        raise _too_large(limit)
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > limit:
            raise _too_large(limit)
        yield chunk


def _too_large(limit: int) -> Refused:
    way_out = "请压缩附件" if limit > SMALL else "带附件的用 multipart/form-data，并把密钥写在 X-API-Key 头里"
    return Refused(413, "too_large", f"请求超过 {limit >> 20} MB：{way_out}")
