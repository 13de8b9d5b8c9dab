"""What stands around the record: the sentence to say, the elements, the pushed knowledge, the caller's words."""

from collections.abc import Sequence

from rich.text import Text

from console.judgement import Judgement
from console.script import Line
from kb.results import Hit
from screens.article_text import INTERNAL
from screens.widgets.quiet import Quiet

# How each state of an element shows: shape first, then weight.
MARKS = {"present": ("✓", ""), "missing": ("✗", "bold"), "asked": ("－", "dim")}


class PhraseBox(Quiet):
    """The sentence to read aloud now: the largest thing on the screen to the eye."""

    def show(self, line: Line, keys: str) -> None:
        """Show a scripted sentence."""
        self.set_class(True, "-speak")
        source = "增补" if line.addition else line.clause
        self.border_title = f"现在说 · {source}"
        self.border_subtitle = keys
        self.change(Text(line.text, "bold"))

    def rest(self, title: str, text: str, keys: str = "") -> None:
        """Show that nothing is to be said, and what goes on instead."""
        self.set_class(False, "-speak")
        self.border_title, self.border_subtitle = title, keys
        self.change(Text(text))


class Heard(Quiet):
    """What a simulated caller said last, in place of a voice."""

    def show(self, words: str) -> None:
        """Show the words; an empty text takes the line away."""
        self.display = bool(words)
        self.change(Text(f"来电人：{words}", "italic", no_wrap=False))


class ElementsPanel(Quiet):
    """The elements of appendix C: which are there, which to ask for next, and what the wording lacks."""

    def show(self, judgement: Judgement | None) -> None:
        """Show a judgement."""
        if judgement is None:
            self.border_title = "要素"
            self.change(Text("有来电后，这里列出要问的要素。", "dim"))
            return
        lines = Text()
        clauses = list(dict.fromkeys(state.clause for state in judgement.states))
        named = " ∪ ".join(clauses)
        self.border_title = f"要素 · {'附录' if named.startswith('C') else ''}{named}" if clauses else "要素"
        # What is urgent comes first, then what is missing, so that they show even where the panel has no room for all.
        # No space after the marks: Chinese wraps at spaces only, and a mark would stand alone on its line.
        for hint in judgement.hints[:1]:
            lines.append(f"⚠像是{hint.kind}（{'、'.join(hint.words[:2])}）Ctrl+U\n", "bold")
        for question in judgement.pending[:1]:
            lines.append(f"⚠{question} Ctrl+U\n", "bold")
        for state in sorted(judgement.states, key=lambda state: state.status != "missing"):
            mark, style = MARKS[state.status]
            doubt = f"（“{state.evidence[:6]}”看不出）" if state.status == "missing" and state.evidence else ""
            lines.append(f"{mark}{state.label}{doubt} ", style)
        if not judgement.states:
            lines.append("先选类型（数字键 1–6）", "dim")
        elif not judgement.missing:
            lines.append(f"\n{judgement.summary}{' → F8 保存' if judgement.complete else ''}", "bold")
        for finding in judgement.wording[:1]:
            lines.append(f"\n△“{finding.text}”{finding.advice}", "italic")
        for note in judgement.notes[:1]:
            lines.append(f"\n·{note}")
        for state in judgement.missing[:2]:
            lines.append(f"\n▸{state.ask}")
        self.change(lines)


class KnowledgePanel(Quiet):
    """Articles that what is being written calls for; they change by themselves, quietly (6.3.2)."""

    hits: Sequence[Hit] = ()

    def show(self, hits: Sequence[Hit], rows: int) -> None:
        """Show the best few."""
        self.hits = hits
        self.border_title = "知识 · 随写随推"
        self.border_subtitle = "F3 查询 · F4 答复"
        lines = Text(no_wrap=True, overflow="ellipsis")
        for number, hit in enumerate(hits[:rows], 1):
            lines.append(f"{number} ", "dim")
            if not hit.public:
                lines.append(INTERNAL, "bold")
            lines.append_text(highlighted(hit.title, hit.title_spans))
            lines.append(f"  {hit.owner}\n", "dim")
        if not hits:
            lines.append("写下内容后，相关知识列在这里。", "dim")
        self.change(lines)


def highlighted(text: str, spans: Sequence[tuple[int, int]], style: str = "") -> Text:
    """Return text with what matched underlined, so that colour is not the only sign."""
    shown = Text(text, style)
    for start, end in spans:
        shown.stylize("underline bold", start, end)
    return shown
