"""What descends from one root: a tree to the third level, the largest branches named and the rest counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import polars as pl

from tracker.charts.forms.hues import seen
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look import colors
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.plots.tree import Node, Tree

TITLE = "What is built on one model (--only), on the most built-on one unless named"
QUESTION = "What descends from one model?"
CHOOSES = "model"
KEEPS = ("by", "of")
LEVELS = 3
MOST = 8  # branches of a model that a plot may choose from
SEPARATOR = " > "  # between the names of a path
_LEAST = 4  # letters of the root's name that a name must begin with to be cut
ASKS = {"tree": {"measure": "top", "of": "models", "by": "derivatives", "rows": 1}}


def more(asked: Mapping[str, Asked], facts: Facts) -> dict[str, dict[str, object]]:
    """Ask for what is built on the model, the most built-on one unless one is chosen, and for its family."""
    model = facts.chosen or str(asked["tree"].frame["model_id"][0])
    return {"tree": {"measure": "descendants", "model": model}, "family": {"measure": "family_of", "model": model}}


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `model_id`, `depth`, `relation`, `path` (names with ` > ` between them), `removed_at`."""
    answer = asked["tree"]
    model = str(answer.parameters["model"])
    frame = answer.frame.filter(pl.col("removed_at").is_null())
    root = rooted(model, frame)
    family = next(iter(asked["family"].frame["family"]), "unreviewed")
    origin = facts.origin(family)
    found = _finding(root, frame) if facts.is_whole else ""
    return Figure(
        question=f"What descends from {root.name}?",
        title=facts.title or found or f"What is built on {root.name}",
        subtitle=f"Models built on {model}, however far; the largest branches to level {LEVELS} are named",
        note=" ".join(_notes(frame, answer.frame.height - frame.height, facts)),
        alt=_alt(root),
        plot=Tree(root, seen(colors.area(origin)), colors.ink(origin)) if root.below else _nothing(model),
        data=frame.select("model_id", "depth", "relation", "evidence", "weight", "created_at", "path"),
        units={"depth": "steps", "weight": "part of 1"},
        has_finding=bool(found),
    )


def rooted(model: str, frame: pl.DataFrame) -> Node:
    """Return the tree of all rows: each model once, where its heaviest way stands; large branches come first."""
    known = set(frame["model_id"])
    branches: dict[str, list[str]] = defaultdict(list)
    relations: dict[str, str] = {}
    for name, relation, path in frame.select("model_id", "relation", "path").iter_rows():
        above = str(path).removesuffix(f"{SEPARATOR}{name}").rpartition(SEPARATOR)[2]
        branches[above if above in known else model].append(name)
        relations[name] = relation or ""
    below: dict[str, int] = {}
    for name in frame.sort("depth", descending=True)["model_id"]:  # those farthest away first
        below[name] = sum(1 + below.get(branch, 0) for branch in branches[name] if branch != name)

    def node(name: str, level: int) -> Node:
        ordered = sorted(branches[name], key=lambda branch: -below[branch])  # ties stay by downloads, as they came
        kept = ordered[:MOST] if level < LEVELS else []
        return Node(
            _short(name, model), name, relations.get(name, ""), below.get(name, frame.height),
            [node(branch, level + 1) for branch in kept],
            len(ordered) - len(kept) if level < LEVELS else 0,
            sum(below[branch] for branch in ordered[len(kept) :]) if level < LEVELS else 0,
        )  # fmt: skip

    return node(model, 0)


def _short(name: str, root: str) -> str:
    """Return a name without its namespace and without what it shares with the root's at its beginning."""
    base, own = root.rpartition("/")[2], name.rpartition("/")[2]
    if base.lower() == own.lower():  # the namespace is what tells one from the other
        return own if name == root else name
    common = 0
    for one, other in zip(base.lower(), own.lower(), strict=False):
        if one != other:
            break
        common += 1
    if own[common : common + 1] not in ("-", "_", "."):  # not within a word
        common = max(own.rfind(mark, 0, common) for mark in "-_.")
    return f"…{own[common:]}" if _LEAST <= common < len(own) else own


def _finding(root: Node, frame: pl.DataFrame) -> str:
    """Return how many are counted, which is no estimate."""
    direct = frame.filter(pl.col("depth") == 1).height
    if not root.below:
        return ""
    verb = "model descends" if root.below == 1 else "models descend"
    most = ", most of them directly" if root.below > 2 and 2 * direct > root.below else ""
    return f"{root.below:,} {verb} from {root.name}{most}"


def _nothing(model: str) -> Plot:
    return Sentence(f"No model counts as built on {model}.")


def _notes(frame: pl.DataFrame, removed: int, facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    parts.append("The style of a line is the relation, as declared or inferred; the data names the evidence of each.")
    parts.append("A merge stands once, on its heaviest way.")
    if removed:
        parts.append(f"{removed:,} that were removed since are left out.")
    if not frame.is_empty() and (deepest := max(frame["depth"])) > LEVELS:
        parts.append(f"The tree goes {deepest} levels deep.")
    return parts


def _alt(root: Node) -> str:
    branches = ", ".join(f"{branch.whole} with {branch.below:,} below" for branch in root.branches[:6])
    return f"Tree of {root.below:,} models built on {root.whole}. Its largest branches: {branches or 'none'}."
