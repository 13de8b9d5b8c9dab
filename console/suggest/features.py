"""A text as the features that a linear model weighs: its single characters, pairs of them and longer words.

Chinese writes no spaces, and nothing is cut here: a word counts wherever its characters stand together. On real
requests that told topics as well as jieba's cut, and reading a model needs no dictionary: it knows the words that it
learned.
"""

import re
from collections import Counter
from collections.abc import Collection

from kb.segment import fold

LONGEST_RUN = 4  # characters
MAX_READ = 400  # characters; the matter of a request stands in its beginning: more of it told topics no better
_BLANK = re.compile(r"[\s\ud800-\udfff]+")  # half a surrogate pair, which a broken paste brings, is no text either


def plain(text: str) -> str:
    """The text as the model sees it: folded, blanks united, cut to what is read."""
    return _BLANK.sub(" ", fold(text[: 2 * MAX_READ])).strip()[:MAX_READ]


def runs(text: str, words: Collection[str]) -> Counter[str]:
    """Count the single characters and pairs of them of a text, and of the longer runs those that are ``words``."""
    read = plain(text)
    counted: Counter[str] = Counter(read)
    for length in range(2, LONGEST_RUN + 1):
        each = (read[at : at + length] for at in range(len(read) - length + 1))
        counted.update(each if length == 2 else (run for run in each if run in words))
    return counted
