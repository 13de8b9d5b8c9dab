"""Breaking Chinese into lines by the cells it takes: no line begins with a closing mark or ends with an opening one."""

import re

from rich.cells import cell_len, chop_cells

# What stays together: a word or number of ASCII, or one character, with the marks that lean on it.
_PIECE = re.compile(r"[（《【「“‘]*(?:[!-~]+|[^!-~])[。，、；：？！…％）》】」”’]*")


def wrap(text: str, width: int) -> list[str]:
    """Break ``text`` into lines of at most ``width`` cells; what alone is wider is cut."""
    lines = [""]
    for piece in (part for found in _PIECE.findall(text) for part in _fitting(found, width)):
        if cell_len(lines[-1]) + cell_len(piece.rstrip()) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines


def _fitting(piece: str, width: int) -> list[str]:
    return [piece] if cell_len(piece) <= width else chop_cells(piece, width)
