"""Trees as text: a model's way up to its roots, or everything that is built on it."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tracker.answers.provenance.about import SYNTHETIC
from tracker.answers.shown.cells import clean
from tracker.lineage.paths import Step, StepsOf, tree

if TYPE_CHECKING:
    from tracker.answers.ancestry import Ancestors, Descendants

LIMIT = 20  # derivatives of each model that a tree shows
MAX_LEVELS = 50  # deeper than any chain of derivatives that was ever seen; stops a crafted one


class Tree(ABC):
    """An answer that is read as a tree, at a prompt and in a notebook."""

    @abstractmethod
    def as_text(self) -> str:
        """Return the tree."""

    def __repr__(self) -> str:
        return self.as_text()

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.as_text())}</pre>"


def above(found: Ancestors) -> str:
    """Return the tree above a model, what is known of each root at its leaves, and one sentence a root."""
    roots = {root["root_id"]: root for root in found.roots}
    own = _root(roots.get(found.model_id)) if not found.above(found.model_id) else ""
    share = {(edge.model_id, edge.parent_id): edge.weight for edge in found.edges}

    def label(below: str, step: Step) -> str:
        weight = share[below, step.model_id]
        part = f", {weight:.0%}" if weight < 1 else ""
        return f"{step.relation} ({step.evidence}{part}){_root(roots.get(step.model_id))}"

    lines = [clean(found.model_id) + _downloads(found.downloads_30d) + own]
    lines += [*_branches(found.model_id, found.above, label), ""]
    lines += [f"{root['weight']:.0%} {clean(root['root_id'])}: {clean(root['why'])}" for root in found.roots]
    return _text(lines, found.facts.synthetic)


def below(found: Descendants) -> str:
    """Return the tree below a model: of each model at most `limit` derivatives, the most downloaded first."""
    steps: dict[str, list[Step]] = {}
    for row in found.rows[1:]:
        steps.setdefault(row["parent_id"], []).append(Step(row["model_id"], row["relation"], row["evidence"]))
    hidden = {name: len(each) - found.limit for name, each in steps.items() if len(each) > found.limit}
    downloads = {row["model_id"]: row["downloads_30d"] for row in found.rows}

    def label(_above: str, step: Step) -> str:
        more = f" · {hidden[step.model_id]:,} derivatives not shown" if step.model_id in hidden else ""
        return f"{step.relation} ({step.evidence}){_downloads(downloads[step.model_id])}{more}"

    lines = [clean(found.model_id) + _downloads(downloads[found.model_id])]
    lines += _branches(found.model_id, lambda name: steps.get(name, [])[: found.limit], label)
    total = f"{len(downloads) - 1:,} descendants"
    lines += ["", total + (f"; at most {found.limit} shown of each model" if hidden else "")]
    return _text(lines, found.facts.synthetic)


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
    return f" · {where}root · family {clean(root['family'])} · origin {root['origin_country']}{developer}"


def _downloads(count: int | None) -> str:
    return "" if count is None else f" · {count:,} downloads in 30 days"


def _text(lines: list[str], synthetic: bool) -> str:
    return "\n".join(lines + ([SYNTHETIC] if synthetic else [])) + "\n"
