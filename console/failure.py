"""What a person reads when a command fails: one sentence, and for the unexpected a log without personal data."""

import os
import traceback
from datetime import datetime
from pathlib import Path

from data.clock import SHANGHAI

# Errors that these rooms define carry a sentence for a person, by the rule of the house.
_ROOMS = ("console", "screens", "scripts", "kb", "data")


def sentence_of(error: Exception, root: Path) -> str:
    """Say in one sentence what went wrong; the details of the unexpected go to a file under ``root/log``."""
    if type(error).__module__.partition(".")[0] in _ROOMS:
        return " ".join(str(error).split())
    what = type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        what = f"{what}，{error.strerror}"
    try:
        where = f"经过已记入 {_write_log(error, root)}，请交系统管理员查看"
    except OSError as unwritable:
        where = f"经过未能记入 {root / 'log'}（{unwritable.strerror}），请检查目录权限后重试"
    return f"程序出错（{what}），本次操作没有完成：{where}"


def _write_log(error: Exception, root: Path) -> Path:
    """Write where it happened. Not what the error says: its words may quote a claimant's (6.2.1)."""
    folder = root / "log"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = datetime.now(SHANGHAI)
    path = folder / f"{now:%Y%m%d-%H%M%S}-{os.getpid()}.log"
    lines = [f"{now.isoformat()} {type(error).__module__}.{type(error).__name__}\n"]
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        lines += [f"{type(here).__name__}\n", *traceback.format_tb(here.__traceback__)]
        here = here.__cause__ or here.__context__
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(lines)
    return path
