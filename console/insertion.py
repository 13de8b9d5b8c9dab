"""Articles in the main text: put in, taken back, and known apart from what the claimant told.

Which passages come from articles stands on the record (`Record.inserted`), so that no rule takes an article's words
for the claimant's, on this desk or any other.
"""

import msgspec

from console.text import LONGEST_TEXT
from data.record import Record


class InsertionError(ValueError):
    """The passage cannot be put in or taken back; the message says why."""


def insert(record: Record, passage: str) -> Record:
    """Put a passage at the end of the main text, on lines of its own; what is written there stays.

    Raises:
        InsertionError: the text would become too long.
    """
    text = f"{record.text.rstrip()}\n{passage}\n".lstrip("\n")
    if len(text) > LONGEST_TEXT:
        raise InsertionError(f"插入后超过 {LONGEST_TEXT} 字：未插入")
    return msgspec.structs.replace(record, text=text, inserted=[*record.inserted, passage])


def take_back(record: Record) -> Record:
    """Take the passage that was put in last out of the main text again; what was written around it stays.

    Raises:
        InsertionError: nothing was inserted, or what was has been changed since.
    """
    if not record.inserted:
        raise InsertionError("没有插入过知识：没有可撤回的")
    *before, passage = record.inserted
    if passage not in record.text:
        raise InsertionError("插入的知识后来改动过，不能整段撤回：请在“主要内容”里直接删改")
    head, _, tail = record.text.rpartition(passage)
    text = f"{head.rstrip()}\n{tail.lstrip()}".strip("\n")
    return msgspec.structs.replace(record, text=text, inserted=before)
