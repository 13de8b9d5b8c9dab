"""The one door through which personal data (个人信息, 6.2.1) enters and leaves storage and the screen.

Names, numbers, addresses and a claimant's own words travel inside records, event payloads and submissions; these
become text for storage, and come back, here only, so that encryption at rest has one place to go. Masks for the
screen are here for the same reason.
"""

import re
from typing import TypeVar

import msgspec

T = TypeVar("T")

_encoder = msgspec.json.Encoder(order="deterministic")


def seal(value: object) -> str:
    """Write a structure that may hold personal data as text for storage."""
    return _encoder.encode(value).decode()


def unseal(text: str | bytes, kind: type[T]) -> T:
    """Read a structure back from storage.

    Raises:
        msgspec.DecodeError: the text is damaged, or is not of that kind.
    """
    return msgspec.json.decode(text, type=kind)


def mask_phone(number: str) -> str:
    """Hide the middle of a telephone number: enough is left to recognise it, not to dial it."""
    if len(number) < 7:
        return number
    return f"{number[:3]}****{number[-4:]}"


def phone_key(number: str) -> str:
    """Reduce a number to what makes two spellings of it one: digits only, without the country code."""
    digits = re.sub(r"\D", "", number)
    return digits.removeprefix("0086").removeprefix("86") if len(digits) > 11 else digits
