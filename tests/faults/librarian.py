"""What one process of a fault test does with the knowledge base.

``librarian.py FILE CACHE import COUNT [ROUNDS]`` stores COUNT articles ROUNDS times (0: until killed), each round with
other words; ``rebuild`` makes the index anew until killed; ``edit SECONDS`` publishes a revision of one article again
and again; ``type SECONDS`` asks for it at each key. The last two print what happened when, in seconds of one clock.
"""

import itertools
import sys
import time
from pathlib import Path

from kb.articles import Article
from kb.search import KnowledgeBase

TYPED = "频繁修订的办事指南"
KEY_SECONDS = 0.2  # between two keys of one agent


def article(number: int, round_: int = 0) -> Article:
    """One of many, with a word of its own, and one of its round."""
    return Article(
        id=f"n-{number}",
        title=f"居住证第{number}条办理须知",
        body=f"到派出所办理居住证，条目{number}x。本轮{round_}y。" + "请带齐身份证明和居住证明。" * 3,
        topic="户籍", owner="市公安局", source_kind="流程",
    )  # fmt: skip


def import_(base: KnowledgeBase, count: int, rounds: int) -> None:
    """Store many articles, round after round."""
    for round_ in range(rounds) if rounds else itertools.count():
        base.import_articles(article(number, round_) for number in range(count))


def edit(base: KnowledgeBase, seconds: float) -> None:
    """Publish revision after revision of one article."""
    end = time.monotonic() + seconds
    for revision in itertools.count(1):
        if time.monotonic() > end:
            return
        base.import_articles(
            [Article(id="edited", title=TYPED, body=f"修订{revision}z版。", topic="综合", owner="市政务局",
                     source_kind="公告")]
        )  # fmt: skip
        print(revision, time.monotonic(), flush=True)
        time.sleep(0.25)


def type_(base: KnowledgeBase, seconds: float) -> None:
    """Ask at each key; a line for each: when it began, how long it took, and the revision found at the last key."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for length in range(1, len(TYPED) + 1):
            begin = time.monotonic()
            hits = base.search(TYPED[:length])
            took = time.monotonic() - begin
            found = next((base.get(hit.id).version for hit in hits if hit.id == "edited"), 0)
            print(begin, took, found if length == len(TYPED) else -1, flush=True)
            time.sleep(max(0.0, KEY_SECONDS - took))


def main() -> None:
    """Do what the command line says."""
    base = KnowledgeBase(Path(sys.argv[1]), Path(sys.argv[2]))
    what, *numbers = sys.argv[3:]
    base.warm()
    print("ready", flush=True)
    if what == "import":
        import_(base, int(numbers[0]), int(numbers[1]))
    elif what == "rebuild":
        while True:
            base.rebuild()
    elif what == "edit":
        edit(base, float(numbers[0]))
    else:
        type_(base, float(numbers[0]))


if __name__ == "__main__":
    main()
