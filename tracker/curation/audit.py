"""Audit of the registry: where do rules of roots.csv, mirrors.csv and licenses.csv contradict what models declare?

There are four kinds of contradiction. A row is one rule and one thing that contradicts it:

*   `parent`: the model declares parents, and none of them leads to the family whose weights the rule gives it;
*   `architecture`: at most 5 % of the models with the architecture tag (at least ten models) are of the rule's family,
    and at most 5 % of that family have the tag. The rule's own models do not count. The row names the family with most
    models of the tag;
*   `size`: the rule names one size and the repository another: `*7B*` matches 47B;
*   `license`: the tag names a licence of another class than the row of licenses.csv.

A contradiction is explained if the row's notes name the repository or the thing that contradicts the rule. One of
architecture is also explained if the family was trained from scratch and has too few other models to compare with. One
of licence is also explained if its row is an exception.
With `unsupported`, rules that no declared parent, derivative or architecture tag supports are added; for those
`explained` is null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracker.curation.declared import Declared
from tracker.curation.licensed.agreement import contradictions
from tracker.curation.licensed.sampled import licensed
from tracker.lineage import OVERRIDE, Edges, Named, Resolved, choose, resolve
from tracker.registry import Registry
from tracker.registry.patterns import split
from tracker.registry.terms import FILE as LICENSES

_SIZE = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)[bB](?![a-zA-Z])")

ENOUGH = 10  # models of a tag
HARDLY = 0.05  # up to this share of a tag's models, or of a family's, counts as none
FEW = 5  # fewer models than this do not show which architecture a family has

SCHEMA = {
    "place": pl.String,
    "pattern": pl.String,
    "family": pl.String,
    "kind": pl.String,
    "against": pl.String,
    "models": pl.Int64,
    "downloads_30d": pl.Int64,
    "downloads_share": pl.Float64,
    "derivatives": pl.Int64,
    "derivatives_share": pl.Float64,
    "example": pl.String,
    "explained": pl.Boolean,
}


@dataclass(frozen=True)
class _Case:
    """One model against one rule, by the rule's file and position in it."""

    file: str
    rule: int
    kind: str
    against: str
    node: int


@dataclass(frozen=True)
class _Evidence:
    """The declarations, the lineage resolved from them, and the root rule of each node (-1: none)."""

    declared: Declared
    registry: Registry
    named: Named
    edges: Edges
    resolved: Resolved
    rule: NDArray[np.int32]

    @cached_property
    def families(self) -> NDArray[np.int32]:
        """Code of the family that each node's own name gives it; below 0: none."""
        return self.family_of(self.edges.line)

    def family_of(self, line: NDArray[np.int16]) -> NDArray[np.int32]:
        """Return the code of the family whose weights each line has."""
        numbers = self.registry.line_numbers
        tops = np.array([numbers[each.family] for each in self.registry.lines] or [0], dtype=np.int32)
        ends = self.registry.whose_weights(line).astype(np.int32)
        return np.where(ends >= 0, tops[ends], ends)

    @cached_property
    def above(self) -> dict[int, set[int]]:
        """Families that the declared parents of a model lead to; only models that declare parents."""
        own = self.edges.evidence != OVERRIDE
        declaring = set(self.edges.derivative[own].tolist())
        return {model: families for model, families in self.ends.items() if model in declaring}

    @cached_property
    def ends(self) -> dict[int, set[int]]:
        """Families whose weights each model has in the end, by all evidence."""
        found: dict[int, set[int]] = {}
        rows = self.resolved
        for model, family in zip(rows.model.tolist(), self.families[rows.root].tolist(), strict=True):
            found.setdefault(model, set()).add(family)
        return found

    @cached_property
    def votes(self) -> pl.DataFrame:
        """Models by architecture tag, family and rule (-1: the family comes from declared parents, not from a rule)."""
        tags = self.declared.candidates.hints or []
        rows = []
        for model, tag in enumerate(tags):
            families = self.above.get(model, set())
            by_rule = not families
            family = next(iter(families)) if len(families) == 1 else int(self.families[model]) if by_rule else -1
            if tag and family >= 0:
                rows.append((tag, family, int(self.rule[model]) if by_rule else -1))
        columns = {"tag": pl.String, "family": pl.Int64, "rule": pl.Int64}
        return pl.DataFrame(rows, columns, orient="row").group_by("tag", "family", "rule").len("models")

    def tag_of(self, node: int) -> str:
        """Return the architecture tag of a model; '' for a stub or a model without one."""
        tags = self.declared.candidates.hints or ()
        return tags[node] if node < len(tags) else ""

    def name(self, family: int) -> str:
        """Return the name of a family."""
        return self.registry.lines[family].line


def audit(declared: Declared, registry: Registry, *, unsupported: bool = False) -> pl.DataFrame:
    """Return one row per rule and thing that contradicts it (see SCHEMA), those with most downloads first.

    Shares are of all downloads of 30 days and of all declared edges of the data.
    """
    evidence = _evidence(declared, registry)
    cases = [
        *_parents(evidence), *_architectures(evidence), *_sizes(evidence), *_mirrors(evidence), *_licenses(evidence)
    ]  # fmt: skip
    rows = _rows(evidence, cases)
    if unsupported:
        rows = pl.concat([rows, _unsupported(evidence)])
    return rows.sort("downloads_30d", "place", "kind", "against", descending=[True, False, False, False])


def _evidence(declared: Declared, registry: Registry) -> _Evidence:
    named = Named(declared.candidates, registry)
    edges = choose(declared.candidates, registry, named=named)
    return _Evidence(declared, registry, named, edges, resolve(edges), registry.rulings(edges.names).rule)


def _of_lines(evidence: _Evidence) -> Iterator[tuple[int, int, int]]:
    """Yield (node, rule, family) of the models and stubs whose line comes from a rule."""
    for node in np.flatnonzero((evidence.rule >= 0) & (evidence.families >= 0)).tolist():
        yield node, int(evidence.rule[node]), int(evidence.families[node])


def _parents(evidence: _Evidence) -> Iterator[_Case]:
    for node, rule, family in _of_lines(evidence):
        families = evidence.above.get(node, set())
        if families and family not in families and min(families) >= 0:
            names = ", ".join(sorted(evidence.name(each) for each in families))
            yield _Case("roots.csv", rule, "parent", names, node)


def _architectures(evidence: _Evidence) -> Iterator[_Case]:
    others: dict[tuple[str, int, int], int | None] = {}
    for node, rule, family in _of_lines(evidence):
        key = (evidence.tag_of(node), rule, family)
        if key[0] and key not in others:
            others[key] = _foreign(evidence, *key)
        if (other := others.get(key)) is not None:
            yield _Case("roots.csv", rule, "architecture", f"{key[0]} ({evidence.name(other)})", node)


def _foreign(evidence: _Evidence, tag: str, rule: int, family: int) -> int | None:
    """Return the family with most models of a tag; None if the tag is the rule's family's too, or has few models."""
    votes = evidence.votes.filter(pl.col("rule") != rule)
    of_tag = votes.filter(pl.col("tag") == tag).group_by("family").agg(pl.col("models").sum())
    total = int(of_tag["models"].sum())
    if total < ENOUGH:
        return None
    most = of_tag.sort("models", "family", descending=[True, False])["family"][0]
    ours = votes.filter(pl.col("family") == family)
    has = int(ours.filter(pl.col("tag") == tag)["models"].sum())
    is_ours = most == family or has > HARDLY * total or has > HARDLY * int(ours["models"].sum())
    return None if is_ours else int(most)


def _sizes(evidence: _Evidence) -> Iterator[_Case]:
    sizes = [_SIZE.findall(split(root.pattern)[1]) if "*" in root.pattern else [] for root in evidence.registry.roots]
    for node, rule, _ in _of_lines(evidence):
        own = _SIZE.findall(split(evidence.edges.names[node])[1])
        if sizes[rule] and own and not set(own) & set(sizes[rule]):
            yield _Case("roots.csv", rule, "size", ", ".join(own), node)


def _mirrors(evidence: _Evidence) -> Iterator[_Case]:
    """Yield the mirrors whose declared parents lead to another family than the original that the rule finds."""
    rules = dict(evidence.named.mirrors)
    for node, original, _ in evidence.named.originals.parents:
        families = evidence.above.get(node, set())
        found = evidence.ends.get(original) or {int(evidence.families[original])}
        if families and min(families) >= 0 and min(found) >= 0 and not families & found:
            names = ", ".join(sorted(evidence.name(each) for each in families))
            yield _Case("mirrors.csv", rules[node], "parent", names, node)


def _licenses(evidence: _Evidence) -> Iterator[_Case]:
    models = evidence.edges.names.head(len(evidence.declared.license))
    told = licensed(models, evidence.declared.license, evidence.registry)
    for each in contradictions(told, evidence.registry):
        yield _Case(LICENSES, each.row, "license", each.against, each.model)


def _rows(evidence: _Evidence, cases: Sequence[_Case]) -> pl.DataFrame:
    built_on = np.bincount(evidence.edges.parent, minlength=evidence.edges.nodes)
    downloads = np.zeros(evidence.edges.nodes, dtype=np.int64)
    downloads[: len(evidence.declared.downloads)] = evidence.declared.downloads
    total, edges = max(int(downloads.sum()), 1), max(len(evidence.edges.parent), 1)
    grouped: dict[tuple[str, int, str, str], list[int]] = {}
    for case in cases:
        grouped.setdefault((case.file, case.rule, case.kind, case.against), []).append(case.node)
    rows = []
    for (file, rule, kind, against), nodes in grouped.items():
        nodes.sort(key=lambda node: (-downloads[node], evidence.edges.names[node]))
        loads, hung = int(downloads[nodes].sum()), int(built_on[nodes].sum())
        names = [evidence.edges.names[node] for node in nodes]
        pattern, family, notes = _rule(evidence.registry, file, rule)
        place = f"{file}:{rule + 2}"  # rows are one line each and kept in the order of the file, below its header
        is_said = any(_names(notes, text) for text in (*names, against.split(" (")[0]))
        is_said |= kind == "architecture" and _is_own_architecture(evidence, rule)
        is_said |= kind == "license" and evidence.registry.licenses[rule].exception
        rows.append(
            (
                place,
                pattern,
                family,
                kind,
                against,
                len(nodes),
                loads,
                loads / total,
                hung,
                hung / edges,
                names[0],
                is_said,
            )
        )
    return pl.DataFrame(rows, SCHEMA, orient="row")


def _names(notes: str, text: str) -> bool:
    """Return whether notes hold a text as whole words: `bert` is not in `RoBERTa`, but digits may follow it."""
    return re.search(rf"(?<![\w]){re.escape(text)}(?![a-zA-Z_])", notes, re.IGNORECASE) is not None


def _is_own_architecture(evidence: _Evidence, rule: int) -> bool:
    """Return whether a rule's family was trained from scratch and has too few other models to show its architecture."""
    line = evidence.registry.line_of_root[rule]
    family = int(evidence.family_of(np.array([line], dtype=np.int16))[0])
    others = evidence.votes.filter((pl.col("rule") != rule) & (pl.col("family") == family))
    return evidence.registry.weights[line][1] and int(others["models"].sum()) < FEW


def _rule(registry: Registry, file: str, rule: int) -> tuple[str, str, str]:
    """Return pattern, family or target, and notes of a rule."""
    if file == "mirrors.csv":
        mirror = registry.mirrors[rule]
        return mirror.pattern, mirror.target or "any developer's", mirror.notes
    if file == LICENSES:
        row = registry.licenses[rule]
        return row.pattern, registry.licensing.family_and_line(row)[0], row.notes
    root = registry.roots[rule]
    return root.pattern, root.line, root.notes


def _unsupported(evidence: _Evidence) -> pl.DataFrame:
    """Return the rules that no declared parent, derivative or architecture tag of a model supports."""
    tagged = set(evidence.votes.select("tag", "family").iter_rows())
    built_on = set(evidence.edges.parent.tolist())
    supported = {
        rule
        for node, rule, family in _of_lines(evidence)
        if family in evidence.above.get(node, set()) or (evidence.tag_of(node), family) in tagged or node in built_on
    }
    rows = [
        (f"roots.csv:{number + 2}", root.pattern, root.line, "unsupported", "", 0, 0, 0.0, 0, 0.0, "", None)
        for number, root in enumerate(evidence.registry.roots)
        if number not in supported
    ]
    return pl.DataFrame(rows, SCHEMA, orient="row")
