"""Numbers of persons in a text that is to be read by everyone (6.2.1): mobile numbers and ID-card numbers.

Hotlines (12345, 110) and numbers of offices (010-…, 400-…) are public and stay. What is found is a reason to refuse
an article, so a doubtful number counts as a person's: an editor looks at it, and nothing is lost.
"""

import re
import unicodedata

from data.personal import mask_phone

_GAP = r"[\s.·—–-]?"  # as people group digits: 138-0000-0000
_MOBILE = re.compile(rf"(?<![0-9])(?:(?:\+|00)?86{_GAP})?(1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}})(?![0-9])")
# Region, day of birth, serial and check digit. The check digit is not verified: a misprint is a person's all the same.
_ID_CARD = re.compile(
    rf"(?<![0-9])([1-9][0-9]{{5}}){_GAP}((?:18|19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])){_GAP}"
    r"([0-9]{3}[0-9Xx])(?![0-9])"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")


def personal_number(text: str) -> str:
    """Say which number of a person stands in ``text``, masked: “手机号码 138****0000”; empty when there is none."""
    plain = _plain(text)
    if found := _ID_CARD.search(plain):
        return f"身份证号码 {found[1]}********{found[3]}"
    if found := _MOBILE.search(plain):
        return f"手机号码 {mask_phone(_digits(found[1]))}"
    return ""


def without_personal_numbers(text: str) -> str:
    """Mask the numbers of persons, so that a report can name an article whose title has one."""
    if not personal_number(text):
        return text
    masked = _ID_CARD.sub(r"\1********\3", _plain(text))
    return _MOBILE.sub(lambda found: mask_phone(_digits(found[1])), masked)


def _plain(text: str) -> str:
    """Half-width digits, and nothing invisible between them."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)
