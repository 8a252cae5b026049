"""Whose weights a re-upload carries, by the rules of mirrors.csv.

An exact rule names the original. A same_name rule takes its name from that of the re-upload and looks for it:

1.  in the namespaces that the rule names, else among all developers of a family;
2.  as `namespace_name`, which some re-uploaders write: `bartowski/google_gemma-3-4b-it-GGUF`;
3.  where the rule names no namespaces, among all other models: the oldest of that name that is no re-upload itself.

Where the original is not to be found, its name still tells its line, if a row of roots.csv is about such names
(`lines`). Steps 2 and 3 and that row speak only for re-uploads that declare nothing themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tracker.registry import MirrorMatch
from tracker.words import RELATIONS

if TYPE_CHECKING:
    from tracker.lineage.choose.named import Named


@dataclass(frozen=True)
class Originals:
    """`parents`: (node, parent, relation) of each re-upload whose original is a node, which may be a stub.

    `lines`: code of the line of the original of others, by node.
    """

    parents: list[tuple[int, int, int]]
    lines: dict[int, int]


def originals(named: Named) -> Originals:
    """Return what the mirror rules say of all models and stubs that they name."""
    found: dict[int, int] = {}
    open_: dict[int, MirrorMatch] = {}
    told = named.names.gather([node for node, _ in named.mirrors]).to_list()
    rules = zip(named.mirrors, told, strict=True)
    matches = {node: named.registry.mirror_match(rule, name) for (node, rule), name in rules}
    for node, match in matches.items():
        original = _by_rule(match, named)
        if original is not None:
            found[node] = original
        elif match.model_id is None and not named.declares(node):
            open_[node] = match
    found |= _elsewhere(open_, named)
    return Originals(
        [(node, to, RELATIONS.index(matches[node].rule.relation)) for node, to in sorted(found.items()) if to != node],
        _lines({node: match for node, match in open_.items() if node not in found}, named),
    )


def _by_rule(match: MirrorMatch, named: Named) -> int | None:
    """Return the original that is named in full, or of that name in the rule's namespaces (step 1)."""
    if match.model_id is not None:
        return named.node(match.model_id)
    if not match.namespaces:
        return named.of_developers.get(match.name.lower())
    found = (named.node(f"{namespace}/{match.name}") for namespace in match.namespaces)
    return next((node for node in found if node is not None), None)


def _unpacked(name: str) -> Iterator[str]:
    """Yield the ids that a name may pack as `namespace_name`."""
    pieces = name.split("_")
    for cut in range(1, len(pieces)):
        yield f"{'_'.join(pieces[:cut])}/{'_'.join(pieces[cut:])}".lower()


def _elsewhere(matches: dict[int, MirrorMatch], named: Named) -> dict[int, int]:
    """Return the originals that steps 2 and 3 find, by node."""
    packed = [(node, full, 0) for node, match in matches.items() for full in _unpacked(match.name)]
    alike = [(node, match.name.lower(), 1) for node, match in matches.items() if not match.namespaces]
    rows = [(node, clue, step, _age(node, named)) for node, clue, step in (*packed, *alike)]
    columns = {"node": pl.Int32, "clue": pl.String, "step": pl.Int8, "age": pl.Int64}
    wanted = pl.DataFrame(rows, columns, orient="row")
    if wanted.is_empty():
        return {}
    models = _models(named, wanted["clue"])
    pairs = wanted.join(models, on="clue").filter(
        (pl.col("node") != pl.col("original")) & ((pl.col("step") == 0) | (pl.col("is_base") & ~pl.col("is_mirror")))
    )
    pairs = pairs.filter((pl.col("age") < 0) | (pl.col("created") < 0) | (pl.col("created") <= pl.col("age")))
    known = pl.when(pl.col("created") >= 0).then(pl.col("created"))
    best = pairs.sort("node", "step", known, "lower", nulls_last=True).unique("node", keep="first", maintain_order=True)
    return dict(best.select("node", "original").iter_rows())


def _age(node: int, named: Named) -> int:
    return int(named.candidates.created_at[node]) if node < named.models else -1


def _models(named: Named, clues: pl.Series) -> pl.DataFrame:
    """Return the models whose whole id, or whose name without namespace (`is_base`), is among the clues."""
    wanted = clues.unique().implode()
    models = named.parts.head(named.models).with_row_index("original")
    whole = models.filter(pl.col("lower").is_in(wanted)).with_columns(clue="lower", is_base=pl.lit(False))
    base = models.filter(pl.col("base").is_in(wanted)).with_columns(clue="base", is_base=pl.lit(True))
    found = pl.concat([whole, base])
    return found.select(
        "clue",
        pl.col("original").cast(pl.Int32),
        pl.Series("created", named.candidates.created_at[found["original"].to_numpy()], dtype=pl.Int64),
        "is_base",
        pl.col("namespace").is_in(sorted(named.registry.mirror_namespaces)).alias("is_mirror"),
        "lower",
    )


def _lines(matches: dict[int, MirrorMatch], named: Named) -> dict[int, int]:
    """Return the lines of originals that are no nodes, by the rule that their names would fall under."""
    registry = named.registry
    ids = [
        (node, full, is_packed)
        for node, match in matches.items()
        for is_packed, names in ((True, _unpacked(match.name)), (False, _in(match.namespaces, match.name)))
        for full in names
    ]
    rulings = registry.rulings([full for _, full, _ in ids])
    found: dict[int, int] = {}
    for (node, _, is_packed), line, rule in zip(ids, rulings.line.tolist(), rulings.rule.tolist(), strict=True):
        # a row for all that a namespace holds says nothing of a name that does not stand there
        if line >= 0 and (is_packed or not registry.roots[rule].pattern.endswith("/*")):
            found.setdefault(node, line)
    for node, match in matches.items():
        line = None if node in found or match.namespaces else registry.line_of_name(match.name)
        if line is not None:
            found[node] = line
    return found


def _in(namespaces: tuple[str, ...], name: str) -> Iterator[str]:
    return (f"{namespace}/{name}" for namespace in namespaces)
