"""A new process: it opens one engine, answers one query, says so, and tells what memory it holds.

``python -m tests.bench.first ENGINE FOLDER [jieba]``. It imports what that engine needs, and no other's. A peer is
given this product's cuts, or with ``jieba`` cuts as its users would: with jieba as it comes.
"""

import sys
from collections.abc import Callable
from pathlib import Path

OURS = "this product"
STOCK = "jieba"
QUESTION = "居住证怎么办理"


def opened(name: str, folder: Path, cutter: str = "") -> Callable[[str], object]:
    """How to ask the engine that was built in a folder; cut with the product's word table, or by `STOCK` jieba."""
    place = folder / name
    if name == OURS:
        from kb.search import KnowledgeBase

        base = KnowledgeBase(place / "kb.db", folder)
        return lambda text: [hit.id for hit in base.search(text, 10)]
    from tests.bench.peers import PEERS

    cut, ask = _cut(folder, cutter), PEERS[name].opened(place)
    return lambda text: ask(list(dict.fromkeys(cut(text))), 10)


def _cut(folder: Path, cutter: str) -> Callable[[str], list[str]]:
    if cutter == STOCK:
        import jieba

        cut: Callable[[str], list[str]] = jieba.lcut_for_search
        return cut
    from kb.segment import Segmenter

    return Segmenter(folder).words


def memory() -> tuple[float, float]:
    """Private and shared memory of this process, in MB."""
    private = shared = 0
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        kind, _, rest = line.partition(":")
        if kind.startswith("Private_"):
            private += int(rest.split()[0])
        elif kind.startswith("Shared_"):
            shared += int(rest.split()[0])
    return private / 1024, shared / 1024


def main() -> None:
    """Ask once, and say so; then what memory it took."""
    name, folder, *cutter = sys.argv[1:]
    opened(name, Path(folder), *cutter)(QUESTION)
    print("found", flush=True)
    print(*memory(), flush=True)


if __name__ == "__main__":
    main()
