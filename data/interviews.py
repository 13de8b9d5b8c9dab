"""A callback interview that is not finished: kept at each answer, so that a break or a killed process loses nothing."""

from datetime import datetime
from pathlib import Path

import msgspec

from data.callbacks import Answer, Changed, Probe
from data.db import StorageError
from data.drafts import Claim, keep_whole
from data.personal import seal, unseal


class Interview(msgspec.Struct):
    """One call to one number about one or several tickets: what was said and answered so far.

    ``question`` and ``ticket_id`` are the place in the survey; ``answers`` and ``changes`` are by ticket id.
    """

    dial_key: str
    ticket_ids: list[str]
    call_id: str
    started_at: datetime
    person: str = ""
    consent: str = ""
    answers: dict[str, dict[str, Answer]] = {}
    changes: dict[str, list[Changed]] = {}
    probes: list[Probe] = []
    words: dict[str, str] = {}  # half-typed words, by question and ticket
    explained: list[str] = []  # questions whose explanation was asked for (B.4.2)
    question: str = "opening"
    ticket_id: str = ""


class InterviewStore:
    """The one interview that an agent has begun and not ended; ``claim`` lets one session of the agent go on with it."""

    def __init__(self, folder: Path, agent_no: str) -> None:
        self._path = folder / f"{agent_no}.interview"
        self.claim = Claim(folder / f"{agent_no}.interview.lock")

    def keep(self, interview: Interview) -> None:
        """Replace the kept copy.

        Raises:
            StorageError: the disk refused; the copy before stays.
        """
        keep_whole(self._path, seal(interview))

    def kept(self) -> Interview | None:
        """Return what was begun; a damaged file is set aside under ``.broken``.

        Raises:
            StorageError: the file cannot be read at all.
        """
        try:
            return unseal(self._path.read_bytes(), Interview)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError:
            self._path.replace(self._path.with_suffix(".broken"))
            return None
        except OSError as error:
            raise StorageError(f"无法读取未完成的回访 {self._path}：{error.strerror}；请检查文件权限") from error

    def forget(self) -> None:
        """Forget what is ended."""
        self._path.unlink(missing_ok=True)
