"""A text as the features that a linear model weighs: its single characters and pairs of them.

Chinese writes no spaces, and on real requests pairs of characters did as well as longer runs and better than jieba's words, alone or together
with them, so nothing is cut here.
"""

import re
from collections import Counter

from kb.segment import fold

LONGEST_RUN = 2
MAX_READ = 400  # characters; the matter of a request stands in its beginning: more of it told topics no better
_BLANK = re.compile(r"[\s\ud800-\udfff]+")  # half a surrogate pair, which a broken paste brings, is no text either


def plain(text: str) -> str:
    """The text as the model sees it: folded, blanks united, cut to what is read."""
    return _BLANK.sub(" ", fold(text[: 2 * MAX_READ])).strip()[:MAX_READ]


def runs(text: str) -> Counter[str]:
    """Count the single characters and pairs of them of a text."""
    read = plain(text)
    counted: Counter[str] = Counter(read)
    for length in range(2, LONGEST_RUN + 1):
        counted.update(read[at : at + length] for at in range(len(read) - length + 1))
    return counted
