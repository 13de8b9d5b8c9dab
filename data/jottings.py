"""What is half written on a page about a ticket: kept at each keystroke, so that Esc or a killed process loses nothing."""

import contextlib
from pathlib import Path

import msgspec

from data.drafts import keep_whole
from data.personal import seal, unseal


class Jottings:
    """The texts of one agent, a file for each ticket and page; the names do not end in .json as the call desk's do."""

    def __init__(self, folder: Path, agent_no: str) -> None:
        self._folder = folder
        self._agent_no = agent_no

    def keep(self, ticket_id: str, page: str, texts: dict[str, str]) -> None:
        """Replace the kept copy; texts that are all empty are forgotten.

        Raises:
            StorageError: the disk refused; the copy before stays.
        """
        if not any(texts.values()):
            self.forget(ticket_id, page)
            return
        keep_whole(self._path(ticket_id, page), seal(texts))

    def kept(self, ticket_id: str, page: str) -> dict[str, str]:
        """Return what was written; nothing where nothing was, or where the file is damaged."""
        with contextlib.suppress(OSError, msgspec.DecodeError):
            return unseal(self._path(ticket_id, page).read_bytes(), dict[str, str])
        return {}

    def forget(self, ticket_id: str, page: str) -> None:
        """Forget what is done."""
        self._path(ticket_id, page).unlink(missing_ok=True)

    def _path(self, ticket_id: str, page: str) -> Path:
        return self._folder / f"{self._agent_no}.{ticket_id}.{page}.jotting"
