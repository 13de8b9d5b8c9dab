"""How the number of a clause is shown to a person."""

import re

_NOTE = re.compile(r"note *")


def printed(clause: str) -> str:
    """A clause as the standard prints it, for whoever reads Chinese: ``5.1.4.1 note 1`` is 5.1.4.1 注1."""
    return _NOTE.sub("注", clause)
