"""The folder where one installation keeps everything: ``hotline --home DIR``."""

import os
from dataclasses import dataclass
from pathlib import Path


class HomeError(RuntimeError):
    """The folder cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Home:
    """The places under one root. Nothing is created until `prepare`."""

    root: Path

    @property
    def store(self) -> Path:
        """Tickets, events, outbox, calls, people and inbox of this installation."""
        return self.root / "hotline.db"

    @property
    def queue(self) -> Path:
        """The embedded dispatch queue."""
        return self.root / "queue.db"

    @property
    def kb(self) -> Path:
        """The knowledge base (热线数据库) and its index."""
        return self.root / "kb.db"

    @property
    def drafts(self) -> Path:
        """Half-typed records, one file a call."""
        return self.root / "drafts"

    @property
    def packs(self) -> Path:
        """A city's own script packs, which replace the shipped ones by file name."""
        return self.root / "packs"

    @property
    def reference(self) -> Path:
        """A city's own reference tables, which replace the shipped ones by file name."""
        return self.root / "reference"

    @property
    def suggest_model(self) -> Path:
        """The model that ``hotline suggest --train`` wrote, in the place of the shipped one."""
        return self.root / "suggest.model"

    @property
    def choices(self) -> Path:
        """What people chose for earlier tickets, for suggestions; made again from the tickets."""
        return self.root / "choices.db"

    @property
    def cache(self) -> Path:
        """Files that can be made again; private, because the word table in it is mapped and trusted."""
        return self.root / "cache"

    @property
    def exports(self) -> Path:
        """Ticket forms written for printing."""
        return self.root / "exports"

    @property
    def attachments(self) -> Path:
        """Files that belong to requests, by the hash of their content; made when the first one comes."""
        return self.root / "attachments"

    @property
    def archive(self) -> Path:
        """Bundles of finished requests (5.5), a folder a year; made when the first one is archived."""
        return self.root / "archive"

    def folders(self) -> tuple[Path, ...]:
        """The folders that are there from the first start."""
        return (self.root, self.drafts, self.packs, self.reference, self.cache, self.exports)

    def prepare(self) -> None:
        """Create the folders, readable by their owner only (6.2.1).

        Raises:
            HomeError: the folder cannot be created or written.
        """
        for folder in self.folders():
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise HomeError(f"无法使用数据目录 {folder}：{error.strerror}；请换一个目录（--home）") from error
            if not os.access(folder, os.W_OK | os.X_OK):
                raise HomeError(f"无法使用数据目录 {folder}：没有写入权限；请检查权限，或换一个目录（--home）")
