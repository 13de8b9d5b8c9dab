"""drill.toml: what the short drill (小测) asks of phrases and of rules that no scenario shows (6.3.2)."""

from scripts.reading import Check, PackHead, PackStruct

PHRASES = (
    *("greeting", "soothe", "caution", "recording", "looking_up", "waiting", "wait_over"),
    *("closing", "rating", "farewell"),
)
"""What is said in a call, each at its moment."""
ASKED = ("wish", "new_facts")
"""What is asked for besides the elements of appendix C."""
RULES = ("report", "article", "repeat", "quote", "confidential", "background", "invented", "wording", "order")
"""The rules whose questions stand in the pack; those of the other rules are made from scenarios."""


class Moment(PackStruct, frozen=True, kw_only=True):
    """When a phrase is due, told so that the phrase itself is not; ``model`` is a good sentence where no pack has one."""

    of: str
    moment: str
    model: str = ""


class RuleQuestion(PackStruct, frozen=True, kw_only=True):
    """One question about a rule: what is so, what to do, one right answer, at least two wrong ones, and the clause."""

    of: str
    ask: str
    right: str
    wrong: tuple[str, ...]
    clause: str


class DrillPack(PackHead, frozen=True, kw_only=True):
    """drill.toml."""

    moments: tuple[Moment, ...]
    questions: tuple[RuleQuestion, ...]

    def moment(self, of: str) -> Moment | None:
        """The moment of a phrase or of a question; None for what the pack does not tell."""
        return next((each for each in self.moments if each.of == of), None)

    def about(self, rule: str) -> tuple[RuleQuestion, ...]:
        """The questions about a rule."""
        return tuple(each for each in self.questions if each.of == rule)


def check_drill(pack: DrillPack, check: Check) -> DrillPack:
    """The pack as it is; raises `PackError` for a question that cannot be asked, and for a phrase or rule without one."""
    check.covers("moments", (each.of for each in pack.moments), (*PHRASES, *ASKED))
    for each in pack.moments:
        check.filled(each.of, moment=each.moment)
    check.covers("questions", dict.fromkeys(each.of for each in pack.questions), RULES)
    for question in pack.questions:
        entry = f"{question.of}：{question.ask[:12]}"
        check.filled(entry, ask=question.ask, right=question.right)
        check.clause(entry, question.clause)
        if len(question.wrong) < 2 or question.right in question.wrong:
            raise check.error(entry, "wrong 至少写两个错误答案，且不能和 right 一样")
    return pack
