"""Trees as text: a model's way up to its roots, or everything that is built on it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tracker.answers.answer import Answer
from tracker.graph.steps import Step, StepsOf, tree
from tracker.terminal import clean

if TYPE_CHECKING:
    from tracker.answers.ancestry import Ancestors, Descendants

LIMIT = 20  # derivatives of each model that a tree shows
MAX_LEVELS = 50  # that a tree shows, deeper than any chain that was ever seen; stops a crafted one
SEPARATOR = " > "  # between the names of a path, as the measures of lineage write it


@dataclass(frozen=True, repr=False, kw_only=True)
class Tree(Answer, ABC):
    """An answer about the lineage of one model: rows, and a tree that stands for them at a prompt and in a notebook."""

    model_id: str
    downloads_30d: int | None

    @abstractmethod
    def as_tree(self) -> str:
        """Return the tree, with the footer."""

    @cached_property
    def plain_rows(self) -> list[dict[str, Any]]:
        """The rows as JSON has them, a path as a list of names."""
        return [row | {"path": self.names(row["path"])} for row in super().plain_rows]

    def names(self, path: str | None) -> list[str]:
        """Return the names of a path, that of the model asked for first."""
        rest = (path or "")[len(self.model_id) :]
        return [self.model_id, *rest.split(SEPARATOR)[1:]] if path else []

    def __repr__(self) -> str:
        return self.as_tree()

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.as_tree())}</pre>"


def above(found: Ancestors) -> str:
    """Return the tree above a model, what is known of each root at its leaves, and one sentence a root."""
    roots = {root["root_id"]: root for root in found.roots}
    own = _root(roots.get(found.model_id)) if not found.above(found.model_id) else ""

    def licence(model_id: str) -> str:
        return found.licenses.mark(model_id, [step.model_id for step in found.above(model_id)])

    share = {(edge.model_id, edge.parent_id): edge.weight for edge in found.edges}

    def label(below: str, step: Step) -> str:
        part = _part(share[below, step.model_id])
        return f"{step.relation} ({step.evidence}{part}){_root(roots.get(step.model_id))}{licence(step.model_id)}"

    lines = [_first(found) + own + licence(found.model_id), *_branches(found.model_id, found.above, label), ""]
    lines += [f"{root['weight']:.0%} {clean(root['root_id'])}: {clean(root['why'])}" for root in found.roots]
    return _text([*lines, *found.licenses.sentences(), *found.footer()])


def below(found: Descendants) -> str:
    """Return the tree below a model, each descendant once: of each model at most `limit` derivatives."""
    rows = {row["model_id"]: row for row in found.table.dicts()}
    steps, hidden = steps_below(found)

    def label(_above: str, step: Step) -> str:
        row = rows[step.model_id]
        more = f" · {hidden[step.model_id]:,} derivatives not shown" if step.model_id in hidden else ""
        return f"{step.relation} ({step.evidence}{_part(row['weight'])}){_now(row)}{more}"

    lines = [_first(found), *_branches(found.model_id, lambda name: steps.get(name, []), label)]
    return _text([*lines, "", _total(found, bool(hidden)), *found.footer()])


def steps_below(found: Descendants) -> tuple[Mapping[str, list[Step]], Mapping[str, int]]:
    """Return of each model the steps to its derivatives that are shown, and how many of them are not where some are.

    The evidence of a step is the weakest on the way to it.
    """
    steps: dict[str, list[Step]] = {}
    for row in found.table.dicts():
        parent = found.names(row["path"])[-2]
        steps.setdefault(parent, []).append(Step(row["model_id"], row["relation"], row["evidence"]))
    hidden = {name: len(each) - found.limit for name, each in steps.items() if len(each) > found.limit}
    return {name: each[: found.limit] for name, each in steps.items()}, hidden


def _branches(model_id: str, steps_of: StepsOf, label: Callable[[str, Step], str]) -> list[str]:
    """Return the lines of the tree that steps lead to; what was drawn once is only named the second time."""
    branches = list(tree(model_id, steps_of, MAX_LEVELS))
    lines: list[str] = []
    path = [model_id]
    open_levels: list[bool] = []  # whether a level above still has branches to come
    for at, branch in enumerate(branches):
        follows = next((later.depth for later in branches[at + 1 :] if later.depth <= branch.depth), 0)
        last = follows != branch.depth
        del path[branch.depth :], open_levels[branch.depth - 1 :]
        indent = "".join("│   " if is_open else "    " for is_open in open_levels)
        again = " (see above)" if branch.again and steps_of(branch.step.model_id) else ""
        text = f"{clean(branch.step.model_id)}  {label(path[-1], branch.step)}{again}"
        lines.append(f"{indent}{'└── ' if last else '├── '}{text}")
        path.append(branch.step.model_id)
        open_levels.append(not last)
    return lines


def _root(root: Mapping[str, Any] | None) -> str:
    if root is None:
        return ""
    where = {"dangling": "not on the Hub · ", "outside": "outside the scope · "}.get(root["status"], "")
    developer = f" ({clean(root['developer'])})" if root["developer"] not in (None, "unknown", "unreviewed") else ""
    line = f" · line {clean(root['line'])}" if root["line"] != root["family"] else ""
    return f" · {where}root · family {clean(root['family'])}{line} · origin {root['origin_country']}{developer}"


def _part(weight: float) -> str:
    return f", {weight:.0%}" if weight < 1 else ""


def _total(found: Descendants, is_cut: bool) -> str:
    count = found.table.height
    parts = ["1 descendant" if count == 1 else f"{count:,} descendants"]
    parts += [f"at most {found.limit} shown of each model"] if is_cut else []
    parts += [f"{MAX_LEVELS} levels shown"] if any(depth > MAX_LEVELS for depth in found.table["depth"]) else []
    return "; ".join(parts)


def _first(found: Tree) -> str:
    return clean(found.model_id) + _downloads(found.downloads_30d)


def _now(row: Mapping[str, Any]) -> str:
    return f" · gone since {row['removed_at']}" if row["removed_at"] else _downloads(row["downloads_30d"])


def _downloads(count: int | None) -> str:
    return "" if count is None else f" · {count:,} downloads in 30 days"


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
