"""How the desk 评价 draws a line of its table, and what stands below it: each share with all that it was made of."""

from rich.text import Text

from console.rates import (
    CALLBACKS,
    MEASURES,
    NOTES,
    PAGES,
    RANKABLE,
    RECORDED,
    RECORDS,
    RESPONSE,
    SATISFIED,
    SOURCES,
    Line,
    Measure,
    Share,
    Table,
    excluded_words,
    interval_words,
    left_out_words,
)
from console.wall import rate_words
from console.wrapping import wrap
from screens.ticket_rows import fit

RANK_CELLS, ROOMY = 4, 66
SHARE_CELLS, COUNT_CELLS = 6, (7, 11)  # the longer with both numbers, where there is room
MIN_WIDTH = 20  # before the page is laid out
SHOWN = RANKABLE  # a column each


def heads(width: int, measure: Measure, name: str) -> Text:
    """Draw the heads of the columns, the one that ranks marked."""
    line = Text("  ", no_wrap=True).append(fit("名次", RANK_CELLS + 1), "dim")
    line.append(fit(name, _name_cells(width)), "dim")
    for each in SHOWN:
        ranks = each is measure
        line.append(fit(f"{'▾' if ranks else ' '}{each.name}", _cells(width)), "bold" if ranks else "dim")
    return line


def row(line: Line, measure: Measure, width: int) -> Text:
    """Draw one line: its rank, its name, the three rates with their numbers."""
    rank = line.ranks.get(measure.id)
    text = Text(no_wrap=True).append(f"{rank or '—':>{RANK_CELLS}} ", "" if rank else "dim")
    text.append(fit(line.name, _name_cells(width)))
    for each in SHOWN:
        text.append(
            fit(_cell(line.measures[each.id].share, width), _cells(width)), "bold" if each is measure else "dim"
        )
    return text


def _name_cells(width: int) -> int:
    return max(10, width - RANK_CELLS - 1 - len(SHOWN) * _cells(width))


def _cells(width: int) -> int:
    return SHARE_CELLS + 1 + COUNT_CELLS[width >= ROOMY]


def _cell(share: Share, width: int) -> str:
    value = "—" if share.value is None else f"{share.value:.1%}"
    count = f"{share.numerator}/{share.denominator}" if width >= ROOMY else f"/{share.denominator}"
    return f"{value:>{SHARE_CELLS}} {count}"


def about(line: Line, table: Table, measure: Measure, width: int) -> Text:
    """Say all of one line: the measure that ranks with its formula first, what counts in none, then the others."""
    text = Text().append(line.name, "bold")
    if line is not table.whole:
        rank = line.ranks.get(measure.id)
        few = f"不足 {table.ranked_from} 件，列出而不排名"
        text.append(f"  {measure.name}{f'第 {rank} 名' if rank else few}", "bold" if rank else "dim")
    text.append("\n").append_text(_measure(line, measure, width))
    text.append(broken(excluded_words(line), width))
    if measure is SATISFIED and any(line.aspects.values()):
        told = "、".join(f"{aspect} {count}" for aspect, count in line.aspects.items())
        text.append(f"不满意的方面（B.4.5）：{told}\n")
    for each in MEASURES:
        if each is not measure:
            text.append_text(_measure(line, each, width))
    for note in NOTES:
        text.append(broken(f"·{note}", width), "dim")
    return text


def broken(text: str, width: int, indent: str = "") -> str:
    """Break a paragraph into the lines that fit beside a scroll bar, as Chinese is broken."""
    return "".join(f"{indent}{line}\n" for line in wrap(text, max(MIN_WIDTH, width - 1 - len(indent))))


def _measure(line: Line, measure: Measure, width: int) -> Text:
    counted = line.measures[measure.id]
    text = Text().append(f"{measure.name} {rate_words(counted.share)}", "bold")
    text.append(f"  95% 区间 {interval_words(counted.share)}\n")
    pages = rate_words(counted.shares[PAGES]) if PAGES in counted.shares else "不问这一项"
    text.append(f"  {SOURCES[CALLBACKS]} {rate_words(counted.shares[CALLBACKS])}  {SOURCES[PAGES]} {pages}")
    text.append(f"  另有{left_out_words(measure, counted)}\n", "dim")
    text.append(broken(f"＝{measure.formula}（{measure.clause}）", width, "  "), "dim")
    if measure is RESPONSE:
        share = counted.shares[RECORDS]
        text.append(f"  {SOURCES[RECORDS]} {rate_words(share)}\n").append(broken(f"＝{RECORDED}", width, "  "), "dim")
    return text
