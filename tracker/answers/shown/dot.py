"""Lineage as a graph for Graphviz: an arrow leads from a model to what it is built on.

Nodes are numbered: what strangers call a model stands in labels alone, where it is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tracker.answers.provenance.about import SYNTHETIC
from tracker.answers.shown import trees
from tracker.terminal import clean

if TYPE_CHECKING:
    from tracker.answers.ancestry import Ancestors, Descendants
    from tracker.answers.shown.trees import Tree

_NO_WORD = (None, "unknown", "unreviewed")
_HEAD = """digraph lineage {
  graph [rankdir=RL, fontname="sans-serif", labelloc=b, fontsize=10];
  node [shape=box, style=rounded, fontname="sans-serif", fontsize=11];
  edge [fontname="sans-serif", fontsize=9];"""


def above(found: Ancestors) -> str:
    """Return where a model comes from; each arrow names relation, evidence and, of several parents, the part."""
    roots = {root["root_id"]: root for root in found.roots}
    labels = {name: [name] for edge in found.edges for name in (edge.model_id, edge.parent_id)} | {
        found.model_id: [found.model_id]
    }
    for name, root in roots.items():
        told = [root["family"], root["developer"], root["origin_country"]]
        known = dict.fromkeys(each for each in told if each not in _NO_WORD)
        missing = {"dangling": ["not on the Hub"], "outside": ["outside the scope"]}.get(root["status"], [])
        labels.setdefault(name, [name]).append(" · ".join([*missing, *known]) or root["family"])
    edges = (
        (edge.model_id, edge.parent_id, f"{edge.relation} ({edge.evidence}{_part(edge.weight)})")
        for edge in found.edges
    )
    return _graph(found, labels, edges)


def below(found: Descendants) -> str:
    """Return what is built on a model: of each model at most `limit` derivatives, on the heaviest way to each."""
    steps, hidden = trees.steps_below(found)
    labels, edges, open_names = {found.model_id: [found.model_id]}, [], [found.model_id]
    while open_names:
        name = open_names.pop()
        if name in hidden:
            labels[name].append(f"{hidden[name]:,} derivatives not shown")
        for step in steps.get(name, []):
            labels[step.model_id] = [step.model_id]
            edges.append((step.model_id, name, f"{step.relation} ({step.evidence})"))
            open_names.append(step.model_id)
    return _graph(found, labels, edges)


def _graph(found: Tree, labels: dict[str, list[str]], edges: Iterable[tuple[str, str, str]]) -> str:
    return "\n".join(_lines(found, labels, edges)) + "\n"


def _lines(found: Tree, labels: dict[str, list[str]], edges: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    numbers = {name: f"m{number}" for number, name in enumerate(labels)}
    said = f"snapshot {found.snapshot_date} · generation {found.facts.generation} · id {found.id}"
    yield _HEAD
    yield f"  label={_text([SYNTHETIC + ' · ' + said if found.facts.synthetic else said])};"
    for name, lines in labels.items():
        asked = ", penwidth=2" if name == found.model_id else ""
        yield f"  {numbers[name]} [label={_text(lines)}{asked}];"
    for model, parent, label in edges:
        yield f"  {numbers[model]} -> {numbers[parent]} [label={_text([label])}];"
    yield "}"


def _part(weight: float) -> str:
    return f", {weight:.0%}" if weight < 1 else ""


def _text(lines: Iterable[str]) -> str:
    """Return lines between quotes; a backslash, a quote and an ampersand would each begin something else."""
    escaped = (clean(line).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for line in lines)
    return '"' + "\\n".join(escaped) + '"'
