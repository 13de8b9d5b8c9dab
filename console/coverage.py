"""The clause coverage table: each behaviour of the standard's checklist, where it lives, and which tests hold it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

TABLE = Path(__file__).parent / "behaviours.toml"
ROOT = Path(__file__).parents[1]


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the checklist.

    ``strength``: M 应, S 宜, K 可, D 定义, I 资料性附录. ``scope``: con, cb, tr, sv, eng, org as the checklist has them.
    ``where`` lists the files that show the behaviour; empty for one that is still to come. ``marks`` are other
    spellings of the clause that tests may use, where the printed one is a range or lost its number.
    """

    id: str
    clause: str
    strength: Literal["M", "S", "K", "D", "I"]
    scope: str
    what: str
    where: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


class Line(msgspec.Struct, frozen=True):
    """A behaviour with the tests found for its clause; ``tests`` is empty where no tests folder is at hand."""

    id: str
    clause: str
    strength: str
    scope: str
    what: str
    where: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def state(self) -> str:
        """``held`` by a test, ``built`` without one, or still ``missing``."""
        return ("held" if self.tests else "built") if self.where else "missing"


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    behaviours: list[Behaviour]


class CoverageError(ValueError):
    """The coverage table cannot be made; the message names the file, the reason and the way out."""


def load_behaviours(path: Path = TABLE) -> list[Behaviour]:
    """Read the table of behaviours.

    Raises:
        CoverageError: the file is broken, or an id stands in it twice.
    """
    try:
        behaviours = msgspec.toml.decode(path.read_bytes(), type=_Table).behaviours
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CoverageError(f"条款表 {path.name} 不能用：{error}；请重新安装本程序") from error
    ids = [behaviour.id for behaviour in behaviours]
    if repeated := {each for each in ids if ids.count(each) > 1}:
        raise CoverageError(f"条款表 {path.name} 不能用：编号 {'、'.join(sorted(repeated))} 重复；请重新安装本程序")
    return behaviours


def coverage(behaviours: list[Behaviour], root: Path = ROOT) -> list[Line]:
    """Join the behaviours with the tests under ``root/tests``.

    A clause may print several behaviours of which only some are built, so tests count for those that name a place.
    """
    held: dict[str, list[str]] = {}
    for clause, test in marked_tests(root):
        held.setdefault(clause, []).append(test)
    lines = []
    for each in behaviours:
        marks = (each.clause, *each.marks) if each.where else ()
        tests = dict.fromkeys(test for mark in marks for test in held.get(mark, ()))
        lines.append(Line(each.id, each.clause, each.strength, each.scope, each.what, each.where, tuple(tests)))
    return lines


def marked_tests(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Yield (clause, test) for every ``pytest.mark.clause`` of the tests folder, read without running anything."""
    for path in sorted((root / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_bytes(), filename=str(path))
        name = path.relative_to(root).as_posix()
        module_wide = [mark for node in tree.body if _is_pytestmark(node) for mark in _clauses(node)]
        yield from _tests_in(tree.body, name, tuple(module_wide))


def _tests_in(body: list[ast.stmt], prefix: str, inherited: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        marks = (*inherited, *(mark for decorator in node.decorator_list for mark in _clauses(decorator)))
        name = f"{prefix}::{node.name}"
        if isinstance(node, ast.ClassDef):
            yield from _tests_in(node.body, name, marks)
        elif node.name.startswith("test_"):
            yield from ((mark, name) for mark in marks)


def _is_pytestmark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in node.targets)


def _clauses(node: ast.AST) -> Iterator[str]:
    """Yield the clauses of every ``…mark.clause("…")`` in a piece of code."""
    for call in ast.walk(node):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "clause"):
            continue
        if isinstance(call.func.value, ast.Attribute) and call.func.value.attr == "mark":
            yield from (arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
