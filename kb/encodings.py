"""Telling a Chinese text that was read in the wrong encoding: GB18030 reads nearly any bytes as some character.

A file in Big5 or Shift JIS becomes well-formed nonsense (路燈 as 隔縊) that no later check would find. What gives it
away is that its characters are rare: GB 2312 and Big5 both keep what is commonly written in a first level.
"""

SAMPLE = 1 << 16  # bytes of a file that are judged
_OTHERS = {"big5": "Big5", "shift_jis": "Shift JIS"}
_NONSENSE = 0.75  # share of common characters: real texts, down to a title of six, have 0.85 of them; nonsense has 0.2


def other_encoding(content: bytes) -> str:
    """The name of the encoding that reads the bytes, taken for GB18030, as commoner characters; empty when none does.

    Rare characters alone do not make it one: another encoding reads them as rarer ones still.
    """
    own = _commonness(content, "gb18030")
    if own >= _NONSENSE:
        return ""
    best = max(_OTHERS, key=lambda encoding: _commonness(content, encoding))
    return _OTHERS[best] if _commonness(content, best) >= _NONSENSE else ""


def _commonness(content: bytes, encoding: str) -> float:
    """The share of common ones among the characters beyond ASCII, 0 to 1; 1 where there are none."""
    beyond = [one for one in content.decode(encoding, "replace") if one > "\x7f"]
    return sum(map(_common, beyond)) / len(beyond) if beyond else 1.0


def _common(character: str) -> bool:
    simplified = character.encode("gb2312", "ignore")
    if len(simplified) == 2 and (simplified[0] in (0xA1, 0xA3) or 0xB0 <= simplified[0] <= 0xD7):
        return True  # punctuation, full-width letters, the first level
    traditional = character.encode("big5", "ignore")
    return len(traditional) == 2 and 0xA4 <= traditional[0] <= 0xC6
