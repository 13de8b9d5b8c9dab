"""Make the shipped model of questions anew from our own examples; run by hand after a change of them.

python -m console.practice.build_model
"""

from collections.abc import Iterator

from console.practice.acts import EXAMPLES, HEAD, NONE, SHIPPED
from console.suggest.train import Example, train
from data.tables import read_csv
from scripts.pack import Packs, load_packs

_LEADS = ("请问", "那", "您", "麻烦问一下，", "好的，")


def act_examples(packs: Packs) -> Iterator[Example]:
    """Yield what the packs ask for each element, then our own sentences, each also after a word of courtesy.

    Raises:
        ReferenceTableError: the file of the examples is damaged.
    """
    for element in packs.elements.elements:
        for ask in filter(None, (element.ask, *element.asks.values())):
            yield Example(ask, {HEAD: element.id})
    for at, (_, row) in enumerate(read_csv(EXAMPLES, ("act", "said"))):
        yield Example(row["said"], {HEAD: row["act"]})
        if row["act"] != NONE:
            yield Example(_LEADS[at % len(_LEADS)] + row["said"], {HEAD: row["act"]})


def main() -> None:
    """Write `SHIPPED`, and say from how many examples."""
    told = train(act_examples(load_packs()[0]), SHIPPED, (HEAD,))
    print(f"{SHIPPED.name}: {SHIPPED.stat().st_size:,} bytes, {told}")


if __name__ == "__main__":
    main()
