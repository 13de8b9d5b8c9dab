"""Make the shipped model anew from our own examples; run by hand after a change of them or of the tables.

python -m console.suggest.build_shipped
"""

from console.suggest.examples import own_examples
from console.suggest.learned import SHIPPED
from console.suggest.train import train
from data.reference import Reference


def main() -> None:
    """Write `SHIPPED` and say from how many examples."""
    told = train(own_examples(Reference.load()), SHIPPED)
    print(f"{SHIPPED.name}: {SHIPPED.stat().st_size:,} bytes, {told}")


if __name__ == "__main__":
    main()
