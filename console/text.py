"""What may enter a text field or a file: everything a person writes, nothing a terminal obeys."""

import unicodedata

LONGEST_TEXT = 20_000  # characters of one main text; a call of an hour fills a quarter of it
LONGEST_LINE = 500  # characters of one single-line field

# Invisible direction marks can make a stored text read as something else than what was typed.
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DIGITS = str.maketrans("０１２３４５６７８９＋－（）", "0123456789+-()")


def clean(text: str, *, lines: bool = True) -> str:
    """Remove control characters and direction marks; with ``lines=False`` line breaks become spaces."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if not lines:
        text = " ".join(part.strip() for part in text.split("\n")).strip() if "\n" in text else text
    return "".join(char for char in text if char == "\n" or _allowed(char))


def clean_number(text: str) -> str:
    """Clean a telephone number: full-width digits become plain ones."""
    return clean(text.translate(_DIGITS), lines=False)


def _allowed(char: str) -> bool:
    # Cc: control characters; Cs: lone surrogates, which no file can hold; Co and Cn stay: rare names use them.
    return char not in _DIRECTION_MARKS and unicodedata.category(char) not in ("Cc", "Cs")
