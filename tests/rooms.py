"""The rooms of the code, as their own docstrings tell them: what each does, and what it may import."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).parent.parent
RULE = re.compile(r"^May import: (.+?)\.$", re.MULTILINE | re.DOTALL)
NOTHING = "nothing"


@cache
def modules() -> tuple[Path, ...]:
    """Return every module of the product."""
    found = sorted([*ROOT.glob("tracker/**/*.py"), *ROOT.glob("jobs/**/*.py")])
    assert len(found) > 40, "no rule would hold for anything"
    return tuple(found)


def dotted(path: Path) -> str:
    """Return tracker.store.work for tracker/store/work.py; a package's own file is `tracker.store.__init__`."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def docstring(path: Path) -> str:
    """Return the docstring of a module, empty where it has none."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


@cache
def rules() -> dict[str, str]:
    """Return room -> what its docstring says that it may import."""
    found = {}
    for path in modules():
        if said := RULE.search(docstring(path)):
            found[dotted(path).removesuffix(".__init__")] = " ".join(said[1].split())
    return found


def allowed(room: str) -> set[str]:
    """Return the rooms that a room may import."""
    said = rules()[room].partition(";")[0]
    return set() if said == NOTHING else {f"tracker.{each}" for each in said.split(", ")}


def room(module: str) -> str | None:
    """Return the innermost room with a rule that a module stands in."""
    while module and module not in rules():
        module = module.rpartition(".")[0]
    return module or None


def table() -> str:
    """Return a table of the rooms: where, what it does, what it may import."""
    lines = ["| room | what it does | may import |", "|---|---|---|"]
    for name, rule in rules().items():
        path = ROOT / name.replace(".", "/")
        place = f"{path.relative_to(ROOT)}/" if path.is_dir() else f"{path.relative_to(ROOT)}.py"
        told = docstring(path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))
        said = " ".join(told.partition("\n\n")[0].split())  # what a drawing shows stands below
        first = re.split(r"(?<=[.?!]) (?=[A-Z`])", said)[0]
        lines.append(f"| `{place}` | {first.replace('|', '/')} | {rule} |")
    return "\n".join(lines) + "\n"


def layers() -> str:
    """Return the rooms at the top in layers: each imports rooms of lower layers alone."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name in rules():
        top, targets = _top(name), allowed(name)
        graph.add_edges_from((_top(target), top) for target in targets if _top(target) != top)
    lines = [" ".join(sorted(each)) for each in nx.topological_generations(graph)]
    return "```text\n" + "\n".join(reversed(lines)) + "\n```\n"


def _top(name: str) -> str:
    parts = name.split(".")
    return parts[1] if parts[0] == "tracker" and len(parts) > 1 else parts[0]
