"""The one door through which personal data (个人信息, 6.2.1) enters and leaves storage and the screen.

Names, numbers, addresses and a claimant's own words travel inside records, event payloads and submissions; these
become text for storage, and come back, here only, so that encryption at rest has one place to go. Masks for the
screen are here for the same reason.
"""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_SHORTEST_NUMBER = 5  # 12345, 95598

_encoder = msgspec.json.Encoder(order="deterministic")


def seal(value: object) -> str:
    """Write a structure that may hold personal data as text for storage.

    Half a surrogate pair, which a broken paste or file can bring, is no text; it is kept as U+FFFD rather than
    losing the record around it.
    """
    try:
        return _encoder.encode(value).decode()
    except UnicodeEncodeError:
        return _encoder.encode(_mended(msgspec.to_builtins(value))).decode()


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(item) for item in value]
    return value


def unseal(text: str | bytes, kind: type[T]) -> T:
    """Read a structure back from storage.

    Raises:
        msgspec.DecodeError: the text is damaged, or is not of that kind.
    """
    try:
        return msgspec.json.decode(text, type=kind)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(str(error)) from error


def mask_phone(number: str) -> str:
    """Hide the middle of a telephone number: enough is left to recognise it, not to dial it."""
    if len(number) < 7:
        return number  # a service number such as 12345 is nobody's own
    if len(number) < 11:
        return f"{number[:2]}****{number[6:]}"
    return f"{number[:3]}****{number[-4:]}"


def phone_key(number: str) -> str:
    """Reduce a number to what makes two spellings of it one: ASCII digits as dialled within China.

    What is too short to be anyone's number gives no key, so that "见微信1" finds no stranger's tickets.
    """
    plain = number.isascii() and number.isdigit()  # most are: every act on a ticket comes by here
    digits = number if plain else "".join(str(int(sign)) for sign in number if sign.isdecimal())  # full-width too
    if len(digits) > 11 and digits.startswith(("0086", "86")):
        digits = digits.removeprefix("00").removeprefix("86")
        if not digits.startswith(("0", "1")) or len(digits) < 11:
            digits = f"0{digits}"  # an area code loses its 0 behind the country code
    return digits if len(digits) >= _SHORTEST_NUMBER else ""
