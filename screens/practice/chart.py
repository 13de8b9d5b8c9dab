"""Progress over time as a line in the terminal, drawn by plotext; Chinese stands beside the plot, never in it."""

from collections.abc import Sequence
from datetime import date

from rich.text import Text

LEAST, HEIGHT = 24, 8  # columns below which nothing is drawn; rows of the plot


def chart(days: Sequence[tuple[date, float, int]], passing: float, width: int) -> Text:
    """Draw the mean points of each day so many columns wide, with a line at what passes.

    plotext counts a Han character as one column, so that labels of them would push the frame aside: the axes have
    numbers alone, and what they mean is said above.
    """
    text = Text().append("每天平均分（0–100），横线是合格线\n", "dim")
    if len(days) < 2 or width < LEAST:
        told = "、".join(f"{day:%m-%d} {points:.0f} 分 {calls} 通" for day, points, calls in days)
        return text.append(f"{told or '还没有来电'}；练过两天以后有图\n", "dim")
    import plotext  # late: 0.1 s

    first = days[0][0]
    at = [(day - first).days for day, _, _ in days]
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plotsize(width, HEIGHT)
    plotext.ylim(0, 100)
    plotext.yticks([0, 50, 100])
    ticks = sorted({0, len(at) // 2, len(at) - 1})
    plotext.xticks([at[each] for each in ticks], [f"{days[each][0]:%m-%d}" for each in ticks])
    plotext.horizontal_line(passing)
    plotext.plot(at, [points for _, points, _ in days], marker="braille")
    return text.append_text(Text.from_ansi(plotext.build())).append("\n")
