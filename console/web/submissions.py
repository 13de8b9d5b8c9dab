"""A POST becomes a submission in the acceptance inbox: the fields of GeoReport read as those of `hotline intake import`."""

import hashlib
import re
import secrets
import shutil
import tempfile
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

import msgspec

from console.attachments import AttachmentError, attach
from console.house import House
from console.intake import Intake
from console.intake_fields import LineRefused
from console.text import LONGEST_LINE, clean
from console.web.answers import Refused
from console.web.body import Form
from console.web.georeport import ATTRIBUTES, service_name
from data.inbox import Submission
from data.record import Attachment
from data.web_intake import RetryDiffers, Source, Taken

_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]*)\](?:\[\])?")
_RETRY_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_LONGEST_NAME = 100  # characters of a file's name
_HAN = re.compile(r"[\u3400-\u9fff]")


class Upload(NamedTuple):
    """A file that was sent in, with the name it came under."""

    name: str
    content: BinaryIO


def retry_key_of(header: str | None) -> str:
    """Read an Idempotency-Key; none is empty.

    Raises:
        Refused: it is no such key.
    """
    if header is not None and not _RETRY_KEY.fullmatch(header):
        raise Refused(400, "retry_key", "Idempotency-Key 应为 1 到 200 个可见的 ASCII 字符")
    return header or ""


class Submissions:
    """Takes in what sources send."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._intake = Intake(house.inbox, house.packs, house.reference.regions)

    def read(self, source: Source, form: Form, now: datetime) -> Submission:
        """Read the fields of a POST as one submission.

        Raises:
            Refused: it is no submission.
        """
        try:
            one, _ = self._intake.read_one(_values(source, form, now), now)
        except LineRefused as error:
            conflict = "编号与另一件" in str(error)
            raise Refused(409 if conflict else 400, "conflict" if conflict else "invalid", str(error)) from error
        return one

    def keep(self, uploads: list[Upload]) -> list[Attachment]:
        """Keep files under the hash of their content.

        Raises:
            Refused: one of them is no file that may be attached, or the disk is full.
        """
        kept = []
        with tempfile.TemporaryDirectory(dir=self._house.home.cache) as folder:
            for at, upload in enumerate(uploads):
                name = clean(PurePosixPath(upload.name.replace("\\", "/")).name, lines=False)[-_LONGEST_NAME:]
                suffix = PurePosixPath(name).suffix
                safe = suffix.lower() if re.fullmatch(r"\.[A-Za-z0-9]{1,10}", suffix) else ""
                beside = Path(folder) / f"{at}{safe}"
                try:
                    with beside.open("wb") as file:
                        shutil.copyfileobj(upload.content, file)
                    kept.append(attach(self._house.home.attachments, beside, name or beside.name))
                except AttachmentError as error:
                    # What the disk refuses is no fault of the file: the source is to try again.
                    status = 503 if isinstance(error.__cause__, OSError) else 400
                    raise Refused(status, "attachment", str(error)) from error
                finally:
                    beside.unlink(missing_ok=True)
        return kept

    def take_in(
        self, source: Source, form: Form, one: Submission, kept: list[Attachment], retry_key: str, now: datetime
    ) -> Taken:
        """Put a submission with its files into the inbox.

        Raises:
            Refused: the retry key was used for another content.
            StorageError: the disk refused.
        """
        record = msgspec.structs.replace(one.record, attachments=kept)
        sent = sorted(pair for pair in form.fields if pair[0] != "api_key")
        content = msgspec.json.encode([sent, [(each.name, each.sha256) for each in kept]])
        digest = hashlib.sha256(content).hexdigest()
        one = msgspec.structs.replace(one, record=record)
        try:
            return self._house.web_requests.take_in(source.name, one, secrets.token_hex(16), retry_key, digest, now)
        except RetryDiffers as error:
            raise Refused(409, "retry_differs", str(error)) from error


def _values(source: Source, form: Form, now: datetime) -> dict[str, object]:
    code = form.one("service_code").strip()
    if not code:
        raise Refused(400, "invalid", "缺少 service_code：请从 services 中选一个")
    given: dict[str, str] = {}
    for name, value in form.fields:
        if found := _ATTRIBUTE.fullmatch(name):
            attribute = found[1]
            if attribute not in ATTRIBUTES:
                raise Refused(400, "invalid", f"没有 attribute[{attribute[:20]}] 这一项：可用 {'、'.join(ATTRIBUTES)}")
            if value.strip() and given.get(attribute, value) != value:
                raise Refused(400, "invalid", f"attribute[{attribute}] 写了两次：只能写一次")
            given[attribute] = value
    phone, email = form.one("phone"), form.one("email")
    text = [form.one("description")]
    text += [f"附件网址：{_line(form, 'media_url')}"] if form.one("media_url") else []
    text += [f"电子邮箱：{_line(form, 'email')}"] if phone and email else []  # a record has room for one way
    return {
        **given,
        "type": service_name(code),
        "channel": source.channel,
        # Each POST is a request of its own, unless the source gives it a number; a retry says so in its header.
        "date": given.get("date", "").strip() or now.isoformat(),
        "text": "\n".join(text).strip(),
        "place": _place(form),
        "name": _name(form.one("last_name").strip(), form.one("first_name").strip()),
        "phone": phone or email,
    }


def _line(form: Form, name: str) -> str:
    value = clean(form.one(name), lines=False).strip()
    if len(value) > LONGEST_LINE:
        raise Refused(400, "invalid", f"“{name}”有 {len(value)} 字，最多 {LONGEST_LINE} 字：请缩短")
    return value


def _name(last: str, first: str) -> str:
    return f"{last}{first}" if _HAN.search(last + first) else f"{first} {last}".strip()


def _place(form: Form) -> str:
    parts = [_line(form, "address_string")]
    lat, long = form.one("lat").strip(), form.one("long").strip()
    if bool(lat) != bool(long):
        raise Refused(400, "invalid", "lat 与 long 要一起写")
    if lat:
        parts.append(f"（北纬{_degrees(lat, 'lat', 90)}，东经{_degrees(long, 'long', 180)}）")
    if form.one("address_id"):
        parts.append(f"（地址编码{_line(form, 'address_id')}）")
    return "".join(parts)


def _degrees(text: str, name: str, most: int) -> str:
    if not re.fullmatch(r"-?\d{1,3}(\.\d{1,12})?", text, re.ASCII) or abs(float(text)) > most:
        raise Refused(400, "invalid", f"{name} 应为 -{most} 到 {most} 的度数（WGS84）")
    return text
