"""Numbers of persons in a text that is to be read by everyone (6.2.1): of telephones, ID and bank cards, passports, cars.

Hotlines (12345, 110) and numbers of offices (010-…, 400-…) are public and stay. What is found is a reason to refuse
an article, so a doubtful number counts as a person's: an editor looks at it, and nothing is lost.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

from data.personal import mask_phone


class _Rule(NamedTuple):
    """A kind of number; ``mask`` hides the middle of one, and gives nothing for what only looks like one."""

    name: str
    pattern: re.Pattern[str]
    mask: Callable[[str], str]


class _Found(NamedTuple):
    """A number of a person in a text, from ``start`` to ``end`` there."""

    start: int
    end: int
    name: str
    masked: str


_GAP = r"[\s.·—–-]?"  # as people group digits: 138-0000-0000
_WIDE = r"[\s.·—–()-]{0,2}"  # and with a part in brackets: (138) 0000 0000
_MOBILE = rf"(?<![0-9])(?:(?:\+|00)?86{_WIDE}|0)?\(?(1[3-9][0-9]{_WIDE}[0-9]{{4}}{_GAP}[0-9]{{4}})(?![0-9])"
# Region, day of birth, serial and check digit. The check digit is not verified: a misprint is a person's all the same.
_ID_CARD = (
    rf"(?<![0-9])([1-9][0-9]{{5}}{_GAP}(?:18|19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]){_GAP}"
    r"[0-9]{3}[0-9Xx])(?![0-9])"
)
# 16 to 19 digits in fours or unbroken, beginning as cards here do.
_BANK_CARD = (
    rf"(?<![0-9])((?:[3-6][0-9]|95)[0-9]{{2}}({_GAP})[0-9]{{4}}(?:\2[0-9]{{4}}){{2}}(?:\2[0-9]{{1,3}})?)(?![0-9])"
)
_PASSPORT = r"(?i)(?<![0-9a-z/._-])((?:[EGP][0-9]|E[A-HJ-NP-Z])[0-9]{7})(?![0-9a-z@])"
# Region, then five characters, six of an electric car's; three or more of them are digits.
_PLATE = (
    rf"(?i)([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z]{_GAP}"
    r"(?=(?:[A-Z]*[0-9]){3})[A-HJ-NP-Z0-9]{5,6})(?![0-9a-z])"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_SPOKEN = str.maketrans("〇零○一幺壹二贰三叁四肆五伍六陆七柒八捌九玖", "0001112233445566778899")
_SPOKEN_RUN = re.compile(f"[{''.join(map(chr, _SPOKEN))}]{{3,}}")  # 一三八, not the 一 of 统一


def personal_number(text: str) -> str:
    """Say which number of a person stands in ``text``, masked: “手机号码 138****0000”; empty when there is none."""
    found = next(_found(_plain(text)), None)
    return f"{found.name} {found.masked}" if found else ""


def without_personal_numbers(text: str) -> str:
    """Mask the numbers of persons, so that a report can name an article whose title has one."""
    if not personal_number(text):
        return text
    text = _plain(text)
    while found := next(_found(text), None):
        text = text[: found.start] + found.masked + text[found.end :]
    return text


def _found(text: str) -> Iterator[_Found]:
    """The numbers of persons in a plain text, those in Chinese digits after those in Arabic ones."""
    spoken = _SPOKEN_RUN.sub(lambda run: run[0].translate(_SPOKEN), text)  # of the same length
    for written in dict.fromkeys((text, spoken)):
        for rule in _RULES:
            for match in rule.pattern.finditer(written):
                if masked := rule.mask(re.sub(r"[^0-9A-Za-z\u4e00-\u9fff]", "", match[1])):
                    yield _Found(match.start(), match.end(), rule.name, masked)


def _mask_card(number: str) -> str:
    """A bank card's number masked; nothing where its check digit is wrong: the long numbers of offices have none."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return _mask(number, 4, 4) if (sum(doubled) + sum(map(int, number[-1::-2]))) % 10 == 0 else ""


def _mask(number: str, first: int, last: int) -> str:
    return f"{number[:first]}{'*' * (len(number) - first - last)}{number[-last:]}"


_RULES = (
    _Rule("身份证号码", re.compile(_ID_CARD), lambda number: _mask(number, 6, 4)),
    _Rule("手机号码", re.compile(_MOBILE), mask_phone),
    _Rule("银行卡号", re.compile(_BANK_CARD), _mask_card),
    _Rule("护照号码", re.compile(_PASSPORT), lambda number: _mask(number, 2, 2)),
    _Rule("车牌号码", re.compile(_PLATE), lambda number: _mask(number, 2, 2)),
)


def _plain(text: str) -> str:
    """Half-width digits, and nothing invisible between them."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
