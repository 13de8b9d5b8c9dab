"""What an act at the call desk may be refused with: each says in a sentence what, why and the way out."""

from console.call_events import CallSourceError
from console.insertion import InsertionError
from console.registration import Incomplete, NothingRecorded, UrgencyOpen
from data.db import StorageError
from data.lifecycle import TransitionRefused
from data.numbers import NumbersExhausted
from data.tickets import ActRefused
from kb.articles import KnowledgeError


class DeskBusy(RuntimeError):
    """The desk is at work on something else."""


REFUSALS = (
    Incomplete,
    UrgencyOpen,
    NothingRecorded,
    NumbersExhausted,
    InsertionError,
    DeskBusy,
    ActRefused,
    TransitionRefused,
    StorageError,
    CallSourceError,
    KnowledgeError,
)
