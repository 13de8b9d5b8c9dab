"""How the desk 质检 writes assessments: rows, criteria with their evidence, and the call beside the record."""

from rich.text import Text

from console.disclosure import as_read_by, restricted
from console.quality.assessing import STEP_NAMES, Assessing, Assessment
from console.quality.machine import Work, into
from console.quality.marks import MACHINE_NAME, Mark, scores, total
from console.quality.report import FORMULAS, NAMES, Line, Report
from console.quality.sampling import BASES, REASONS
from console.wall import rate_words
from console.when import moment
from data.quality import Done
from screens.rates.telling import broken
from screens.ticket_rows import fit
from scripts.printed import printed
from scripts.rubric import GRADES, ITEMS, Criterion

STATE_CELLS, NUMBER_CELLS, AGENT_CELLS, SCORE_CELLS = 7, 11, 7, 4
NO_TICKET = "没有工单"


def row(desk: Assessing, each: Assessment, width: int) -> Text:
    """Draw one assessment: state, ticket, whose, points, how and why it was drawn."""
    number = desk.number(each)
    waits = each.state in ("待评定", "申诉中")
    line = Text(no_wrap=True).append(fit(each.state, STATE_CELLS), "bold" if waits else "")
    line.append(fit(number[4:] if each.drawn.ticket_id else NO_TICKET, NUMBER_CELLS)).append(
        fit(each.agent_no, AGENT_CELLS)
    )
    line.append(f"{total(desk.pack, each.marks):>3} ".rjust(SCORE_CELLS))
    why = "、".join(REASONS[name] for name in each.drawn.reasons)
    return line.append(fit(f"{BASES[each.drawn.basis]} {why}", max(4, width - line.cell_len)), "dim")


def sign(mark: Mark | None) -> str:
    """Say how a criterion stands, never by colour alone."""
    if mark is None:
        return "？"
    return "—" if not mark.of else "✗" if mark.deviates else "✓"


def criterion_row(criterion: Criterion, mark: Mark | None, width: int, said: str = "") -> Text:
    """Draw one criterion: sign, label, how many of how many, grade of a deviation; ``said`` is what is being judged."""
    count = f" {mark.hits}/{mark.of}" if mark and mark.of > 1 else ""
    grade = f" {GRADES[mark.grade]}" if mark and mark.grade in GRADES else ""
    tail = f"{count}{grade}{f' {said}' if said else ''}"
    line = Text(f"{sign(mark)} ", "bold" if mark is None or mark.deviates else "", no_wrap=True)
    room = max(6, width - 3 - Text(tail).cell_len)
    return line.append(fit(criterion.label, room)).append(tail, "bold" if grade or said else "dim")


def about(desk: Assessing, each: Assessment, width: int) -> Text:
    """Say all of one assessment: the four items, what deviates with its evidence, who did what when."""
    text = Text().append(f"得分 {total(desk.pack, each.marks)}", "bold").append(f"  {each.state}")
    text.append(f"  {BASES[each.drawn.basis]}抽中\n", "dim")
    for item, points in scores(desk.pack, each.marks).items():
        text.append(broken(f"{ITEMS[item]}：{'—（没有可看的）' if points is None else points}", width))
    for criterion in desk.pack.criteria:
        mark = each.marks.get(criterion.id)
        if mark is None or mark.deviates:
            text.append_text(criterion_about(desk, each, criterion, width))
    for step in each.steps:
        note = "" if step.kind is Done.DRAWN else str(step.body.get("note", ""))
        told = f"{moment(step.at)} {step.by}号{STEP_NAMES[step.kind]}"
        text.append(broken(f"{told}{f'：{note}' if note else ''}", width), "dim")
    return text


def criterion_about(desk: Assessing, each: Assessment, criterion: Criterion, width: int) -> Text:
    """Say one criterion: its clause, who judged it, what it rests on."""
    mark = each.marks.get(criterion.id)
    who = (
        "待人评"
        if mark is None
        else f"{mark.by}{'号' if mark.by != MACHINE_NAME else ''}评"
        + (f"，{mark.agent_no}号的工作" if mark.agent_no else "")
    )
    text = Text().append(broken(f"{sign(mark)} {criterion.label}（{printed(criterion.clause)}）{who}", width), "bold")
    for evidence in desk.evidence(each, mark) if mark else ():
        text.append(broken(f"· {evidence}", width, "  "))
    return text


def work_text(desk: Assessing, work: Work, width: int) -> Text:
    """Write the record and the call out, to be read beside the criteria."""
    text, ticket, call = Text(), work.ticket, work.call
    if ticket is not None:
        record = as_read_by(ticket, desk.actor).record
        text.append(broken(f"工单 {ticket.number} {record.title}", width), "bold")
        kinds = "、".join(record.urgency_kinds) or "一般"
        text.append(broken(f"{'、'.join(record.types)} · {kinds} · {record.place.street}{record.place.text}", width))
        text.append(broken(record.text, width))
        for sent in ticket.handling.dispatches:
            text.append(broken(f"{moment(sent.at)} 派 {sent.unit}", width), "dim")
    if call is None:
        return text.append("没有通话记录\n", "dim")
    text.append("通话\n", "bold")
    if call.answered_at is None:
        return text.append("没有接听\n", "dim")
    closed = ticket is not None and restricted(ticket, desk.actor)
    text.append(f"响铃 {(call.answered_at - call.ring_at).total_seconds():.0f} 秒接听\n")
    told = [(stamp.at, f"{'✓' if stamp.said else '✗'} {stamp.text}") for stamp in call.phrases if not closed]
    told += [(hold.since, "（来电人等待）") for hold in call.holds]
    for at, words in sorted(told):
        text.append(broken(f"{into(call, at)} {words}", width))
    return text


def report_text(made: Report, width: int) -> Text:
    """Write a report out: agents, teams, the whole, each share with both numbers, and what each counts."""
    text = Text()
    for title, lines in (("坐席", made.agents), ("班组", made.teams), ("合计", [made.whole])):
        text.append(f"{title}\n", "bold")
        for line in lines:
            text.append_text(_line(line, width))
    for name, formula in FORMULAS.items():
        text.append(broken(f"{NAMES[name]}＝{formula}", width), "dim")
    return text.append(
        broken(f"随机抽中、已评定不足 {made.ranked_from} 件的列出而不排名；风险抽中的另列。", width), "dim"
    )


def _line(line: Line, width: int) -> Text:
    rank = f"第 {line.rank} 名" if line.rank else "不排名"
    team = f"  {line.team}" if line.team not in ("", line.name) else ""
    head = f"{line.name}{team}  随机 {line.assessed} 件、风险 {line.at_risk} 件{f'  {rank}' if line.team else ''}"
    text = Text(broken(head, width))
    text.append(broken("  ".join(f"{NAMES[name]} {rate_words(line.shares[name])}" for name in NAMES), width, "  "))
    grades = "、".join(f"{name} {line.deviations[grade]}" for grade, name in GRADES.items() if grade in line.deviations)
    return text.append(broken(f"偏差：{grades or '无'}；申诉 {line.appeals} 件，改判 {line.upheld} 件", width, "  "))
