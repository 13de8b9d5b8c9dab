"""What stands around the record: the sentence to say, the elements, the pushed knowledge, the caller's words."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from console.judgement import Judgement
from console.script import Line
from console.wrapping import wrap
from kb.results import Hit
from screens.article_text import article_row
from screens.widgets.quiet import Quiet
from scripts.elements import ElementState

# How each state of an element shows: shape first, then weight.
MARKS = {"present": ("✓", ""), "missing": ("✗", "bold"), "asked": ("－", "dim")}

PANEL_ROWS = 6  # of the elements' panel inside its border, as the stylesheet has it
PANEL_CELLS = 30  # its width at 80 columns, before it is laid out
SAID = 10  # characters of words that suggest an urgent kind


class PhraseBox(Quiet):
    """The sentence to read aloud now: the largest thing on the screen to the eye."""

    keys = ""  # stand below whatever is shown, where a screen has others than who shows it knows of

    def show(self, line: Line, keys: str) -> None:
        """Show a scripted sentence."""
        self.set_class(True, "-speak")
        self.entitle(f"现在说 · {'增补' if line.addition else line.clause}", self.keys or keys)
        self.change(Text(line.text, "bold"))

    def rest(self, title: str, text: str, keys: str = "") -> None:
        """Show that nothing is to be said, and what goes on instead."""
        self.set_class(False, "-speak")
        self.entitle(title, self.keys or keys)
        self.change(Text(text))


class Heard(Quiet):
    """What a simulated caller said last, in place of a voice."""

    def show(self, words: str) -> None:
        """Show the words; an empty text takes the line away."""
        self.display = bool(words)
        self.change(Text(f"来电人：{words}", "italic", no_wrap=False))


class Part(NamedTuple):
    """Some lines of the elements' panel; where not all parts fit, those with the greatest ``rank`` go first."""

    rank: int
    lines: list[Text]


class ElementsPanel(Quiet):
    """The elements of appendix C: which are there, which to ask for next, and what the wording lacks."""

    _judgement: Judgement | None = None
    _like = ""

    def show_type(self, kind: str, because: str) -> None:
        """Show, while no type is chosen, which one the words suggest and why."""
        like = f"→{kind}？{because}（Tab 取）" if kind else ""
        if like != self._like:
            self._like = like
            self.show(self._judgement)

    def show(self, judgement: Judgement | None) -> None:
        """Show a judgement: what is urgent first, and always the next question to ask."""
        self._judgement = judgement
        if judgement is None:
            self.entitle("要素")
            self._list([Text("有来电后，这里列出要问的要素。", "dim")])
            return
        clauses = list(dict.fromkeys(state.clause for state in judgement.states))
        named = " ∪ ".join(clauses)
        self.entitle(f"要素 · {'附录' if named.startswith('C') else ''}{named}" if clauses else "要素")
        width = self.content_size.width or PANEL_CELLS
        self._list(_fitting(_parts(judgement, width, self._like), width, PANEL_ROWS))

    def _list(self, lines: list[Text]) -> None:
        rows = len(self._shown.split("\n")) if self._shown else 0
        self.change(Text("\n").join(lines), grown=len(lines) != rows)

    def on_resize(self) -> None:
        """Break the lines for another width."""
        if self._judgement is not None:
            self.show(self._judgement)


def _parts(judgement: Judgement, width: int, like: str) -> Iterator[Part]:
    """Everything there is to say of a record, in the order in which it is shown."""
    for hint in judgement.hints[:1]:
        words = "、".join(word if len(word) <= SAID else f"{word[:SAID]}…" for word in hint.words[:2])
        yield Part(0, _lines(f"⚠像是{hint.kind}（{words}）Ctrl+U", width, "bold"))
    for question in judgement.pending[:1]:
        yield Part(2, _lines(f"⚠{question} Ctrl+U", width, "bold"))
    if not judgement.states:
        yield Part(3, _lines("先选类型（数字键 1–6）", width, "dim"))
        if like:
            yield Part(3, _lines(like, width, "dim"))
    yield Part(3, _marked(judgement.states, width))
    if judgement.states and not judgement.missing:
        then = " → F8 保存" if judgement.complete else ""
        yield Part(4, _lines(f"{judgement.summary}{then}", width, "bold"))
    for finding in judgement.wording[:1]:
        yield Part(6, _lines(f"△“{finding.text}”{finding.advice}", width, "italic"))
    for note in judgement.notes[:1]:
        yield Part(5, _lines(f"·{note}", width))
    for rank, state in zip((1, 8), judgement.missing, strict=False):
        yield Part(rank, _lines(f"▸{state.ask}", width))
    if judgement.secrecy:
        yield Part(7, _lines("·文中要求保密：请核对“保密”栏", width, "dim"))


def _marked(states: Sequence[ElementState], width: int) -> list[Text]:
    """The elements with their marks, the missing ones first; none is broken between two lines."""
    lines: list[Text] = []
    for state in sorted(states, key=lambda state: state.status != "missing"):
        mark, style = MARKS[state.status]
        doubt = f"（“{state.evidence[:6]}”看不出）" if state.status == "missing" and state.evidence else ""
        piece = Text(f"{mark}{state.label}{doubt} ", style)
        if not lines or lines[-1].cell_len + cell_len(piece.plain.rstrip()) > width:
            lines.append(Text())
        lines[-1].append_text(piece)
    return lines


def _lines(text: str, width: int, style: str = "") -> list[Text]:
    """Broken by this house's rule: Textual's would break Chinese at blanks only, and keys within their names."""
    return [Text(line, style) for line in wrap(text, width)]


def _fitting(parts: Iterable[Part], width: int, rows: int) -> list[Text]:
    """The lines of the most important parts that fit, in the order of the parts; the last of them may be cut."""
    listed = list(parts)
    kept: dict[int, list[Text]] = {}
    for at in sorted(range(len(listed)), key=lambda at: listed[at].rank):
        lines, room = listed[at].lines, rows - sum(map(len, kept.values()))
        kept[at] = lines[:room]
        if 0 < room < len(lines):
            last = kept[at][-1]
            last.truncate(width - 1)
            last.append("…")
    return [line for at in sorted(kept) for line in kept[at]]


class KnowledgePanel(Quiet):
    """Articles that what is being written calls for; they change by themselves, quietly (6.3.2)."""

    FIXED = True
    hits: Sequence[Hit] = ()

    def show(self, hits: Sequence[Hit]) -> None:
        """Show the best few: as many as there is room for, however the panel's height changes later."""
        self.hits = hits
        self.entitle("知识 · 随写随推", "F3 查询 · F4 答复")
        lines = Text(no_wrap=True, overflow="ellipsis")
        for number, hit in enumerate(hits, 1):
            title = highlighted(hit.title, hit.title_spans)
            lines.append(f"{number} ", "dim").append_text(article_row(hit.article, hit.day, title)).append("\n")
        if not hits:
            lines.append("写下内容后，相关知识列在这里。", "dim")
        self.change(lines)


def highlighted(text: str, spans: Sequence[tuple[int, int]], style: str = "") -> Text:
    """Return text with what matched underlined, so that colour is not the only sign."""
    shown = Text(text, style)
    for start, end in spans:
        shown.stylize("underline bold", start, end)
    return shown
