"""What may enter a text field or a file: everything a person writes, nothing a terminal obeys."""

import re

LONGEST_TEXT = 20_000  # characters of one main text; a call of an hour fills a quarter of it
LONGEST_LINE = 500  # characters of one single-line field

# Whole commands to a terminal, so that no rest like "[31m" is left standing in a record. A string command goes only
# with its end: without one, it could be half of what somebody wrote.
_COMMANDS = re.compile(
    r"(?:\x1b\[|\x9b(?=[0-?]))[0-?]*[ -/]*[@-~]"  # colours, cursor, modes; keys that were recorded
    r"|\x1b[\]PX^_][^\x07\x1b\x9c\r\n]{0,2000}(?:\x07|\x1b\\|\x9c)"  # titles, links, device strings
    r"|\x1bO[A-DFHP-S]"  # F1 to F4 and arrows, recorded
    r"|\x1b[()*+][0-9A-Za-z]"  # character sets
)
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")  # office programs and web pages end lines with these too
# Control characters; direction marks, by which a stored text could read as something else than what was typed; lone
# surrogates, which no file can hold. Private and unassigned characters stay: rare names use them.
_UNWRITTEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# A joiner makes one sign of two emoji. Between other characters it would hide the second one from the glass.
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f"
_LOOSE_JOINER = re.compile(f"(?<![{_EMOJI}])\u200d|\u200d(?=[^{_EMOJI}])")
_DIGITS = str.maketrans("０１２３４５６７８９＋－（）", "0123456789+-()")


def clean(text: str, *, lines: bool = True) -> str:
    """Remove terminal commands, control characters, direction marks and joiners that join no emoji.

    With ``lines=False`` line breaks become spaces.
    """
    text = _LINE_ENDS.sub("\n", _COMMANDS.sub("", text)).replace("\t", " ")
    if not lines:
        text = " ".join(part.strip() for part in text.split("\n")).strip() if "\n" in text else text
    return _LOOSE_JOINER.sub("", _UNWRITTEN.sub("", text))


def clean_number(text: str) -> str:
    """Clean a telephone number: full-width digits become plain ones."""
    return clean(text.translate(_DIGITS), lines=False)


def written(char: str) -> bool:
    """Say whether one character that came from a keyboard is text; Enter and Tab are not."""
    return char != "\n" and not _UNWRITTEN.match(char)
