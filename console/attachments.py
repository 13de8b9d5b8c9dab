"""Pictures, videos, recordings and papers that belong to a request (5.1.3.1): copied in, named by their content."""

import hashlib
import mimetypes
import shutil
from pathlib import Path

from data.record import Attachment

LARGEST = 200 * 1024 * 1024  # bytes of one file: some minutes of video
KINDS = ("image/", "video/", "audio/", "text/", "application/pdf", "application/msword", "application/vnd.")


class AttachmentError(ValueError):
    """The file cannot be attached; the message says which and why."""


def attach(folder: Path, source: Path, name: str = "") -> Attachment:
    """Copy a file into ``folder`` under the hash of its content, and return the reference for the ticket.

    ``name`` is the one that it was handed in under, where ``source`` bears another.

    Raises:
        AttachmentError: no such file, not a voice, text, picture or video file, too large, or the disk refuses.
    """
    name = name or source.name
    media_type = mimetypes.guess_type(source.name)[0] or ""
    try:
        if not source.is_file():
            raise AttachmentError(f"没有文件 {source}：请核对路径")
        if not media_type.startswith(KINDS):
            raise AttachmentError(f"{name} 不是语音、文字、图片或视频文件：请换成常见格式")
        if source.stat().st_size > LARGEST:
            raise AttachmentError(f"{name} 超过 {LARGEST // 1024 // 1024} MB：请压缩或截取后再附")
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        folder.mkdir(mode=0o700, exist_ok=True)
        kept = folder / f"{digest}{source.suffix.lower()}"
        if not kept.exists():
            beside = kept.with_name(f"{kept.name}.part")
            shutil.copyfile(source, beside)
            beside.replace(kept)
    except OSError as error:
        raise AttachmentError(f"{name} 未能附上：{error.strerror}；请检查权限与磁盘空间") from error
    return Attachment(path=f"{folder.name}/{kept.name}", media_type=media_type, sha256=digest, name=name)
