"""Make the shipped models anew from our own examples; run by hand after a change of them or of the tables.

python -m console.suggest.build_shipped
"""

from console.emergency import HEAD
from console.suggest.examples import emergency_examples, own_examples
from console.suggest.learned import EMERGENCY, SHIPPED
from console.suggest.train import train
from data.reference import Reference
from scripts.pack import load_packs


def main() -> None:
    """Write `SHIPPED` and `EMERGENCY`, and say from how many examples."""
    reference, packs = Reference.load(), load_packs()[0]
    for path, told in (
        (SHIPPED, train(own_examples(reference), SHIPPED)),
        (EMERGENCY, train(emergency_examples(reference, packs.scope), EMERGENCY, (HEAD,))),
    ):
        print(f"{path.name}: {path.stat().st_size:,} bytes, {told}")


if __name__ == "__main__":
    main()
