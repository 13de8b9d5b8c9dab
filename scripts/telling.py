"""Whether words tell that a thing has happened: not those in another sense, feared or supposed, nor what is long settled."""

import re
from collections.abc import Iterator

from scripts.matching import compiled

_CLAUSE = re.compile(r"[。！？；!?;\n\r，,：:\s]")
_SENTENCE = re.compile(r"[。！？；!?;\n\r]")
_BEFORE = 16  # characters of the same clause in which a supposition is looked for
_AROUND = 40  # characters of the same sentence, on either side, in which its end is looked for


def told(
    text: str,
    words: tuple[str, ...],
    patterns: tuple[str, ...] = (),
    *,
    exempt: tuple[str, ...] = (),
    supposed: tuple[str, ...] = (),
    settled: tuple[str, ...] = (),
) -> Iterator[re.Match[str]]:
    """Find the words or patterns, in the order of the text.

    One that touches an `exempt` form means something else; one with `supposed` words in it or before it in its clause
    is feared, compared with or long past; one with `settled` words in its sentence is over (理赔, 报销, 讲座).
    """
    candidates = list(compiled(words, patterns).finditer(text))
    if not candidates:  # most texts tell none of it: what would take a word back need not be looked for
        return
    innocent = [found.span() for found in compiled((), exempt).finditer(text)]
    fears, ends = compiled((), supposed), compiled((), settled)
    for found in candidates:
        start, end = found.span()
        if any(other[0] < end and start < other[1] for other in innocent):
            continue
        if supposed and fears.search(_CLAUSE.split(text[max(0, start - _BEFORE) : start])[-1] + found[0]):
            continue
        before = _SENTENCE.split(text[max(0, start - _AROUND) : start])[-1]
        after = _SENTENCE.split(text[end : end + _AROUND], maxsplit=1)[0]
        if settled and ends.search(before + found[0] + after):
            continue
        yield found
