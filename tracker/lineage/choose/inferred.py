"""Infer parents from names and architectures, for nodes without a parent on any better evidence.

There are three readings of names; the first that finds a parent counts:

1.  *packed*: `cerebras_Qwen3-Coder-25B-GGUF` packs `cerebras/Qwen3-Coder-25B`; some publishers of mirrors write the
    namespace before the name.
2.  *packaging*: `X-GGUF`, `X-AWQ`, `X-4bit` ... packs a model called `X`, whoever published it.
3.  *line*: `my-llama-3-8b-roleplay` contains the name of a model that a registered developer published.
    The longest name counts; a name with names of two families gives no parent.

4.  *architecture*: a parent that no night has seen and whose name shows nothing is of the family of its derivatives'
    architecture tag, if all of them agree and the tag belongs to one family alone (`architecture`). A model's own tag
    is no evidence: models are trained from scratch in any architecture.

A repository whose own name has a line gets no inferred parent. A parent must not be younger than its derivative, and if
both have an architecture tag, it must be the same. The evidence of these edges is `inferred`, and they are never mixed
into declared figures. `hidden` measures how often they are right.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from tracker.graph.shapes import ADAPTER, FINETUNE, QUANTIZED, Bools, Int32s
from tracker.lineage.choose import architecture
from tracker.lineage.choose.named import Named

# suffixes of names for weights that were packed for other software, without training
PACKAGING = (
    r"(?:[-_.](?:i1|imat|imatrix|gguf|ggml|awq|gptq|exl2|exl3|mlx|onnx|openvino|bnb|hqq|aqlm|quip|coreml|ct2|nf4|fp4|mxfp4"
    r"|nvfp4|fp8|fp16|bf16|f16|int4|int8|[2-8]-?bits?|[2-8]\.\d+bpw|[2-8]bpw|q[2-8](?:_[0-9ksml]+)*|w\d+a\d+|dynamic"
    r"|quantized|quants?|128g|g128|unsloth|dwq|optimized))+$"
)
ADAPTERS = r"(?i)(?:^|[-_.])(?:q?lora|peft|adapter)(?:[-_.]|$)"


# candidates kept for each name, since common names would multiply the pairs
FEW = 3


def infer(named: Named, orphan: Bools, derivative: Int32s, parent: Int32s) -> list[tuple[int, int, int]]:
    """Return (node, parent, relation) for orphans whose name or derivatives suggest a parent; at most one row a node.

    `orphan` has one flag a node; `derivative` and `parent` are the edges on better evidence.
    """
    nodes = _nodes(named, architecture.of_nodes(named, derivative, parent))
    models = nodes.head(named.models)
    asked = nodes.filter(pl.Series(orphan[: len(nodes)]) & (pl.col("line") < 0))
    asked = asked.with_columns(bare=pl.col("base").str.replace(PACKAGING, ""))
    readings = [_packed(asked, nodes), _packaging(asked, models), _line(asked, _lines(nodes, named))]
    unseen = asked.filter(pl.col("node") >= named.models).select("node", "hint")
    readings.append(architecture.parents(unseen, nodes, named, derivative, parent))
    best = pl.concat(readings).unique("node", keep="first", maintain_order=True).sort("node")
    return [(node, parent, relation) for node, parent, relation in best.iter_rows()]


def _nodes(named: Named, hints: pl.Series) -> pl.DataFrame:
    """Return one row per model, then one per declared stub: name in lower case and in parts, age, hint, line."""
    count = len(named.candidates.names)
    legacy = pl.col("base").is_null()
    created = np.full(count, -1, dtype=np.int64)
    created[: named.models] = named.candidates.created_at
    return named.parts.select(
        pl.Series("node", np.arange(count, dtype=np.int32)),
        "lower",
        pl.Series("created", created),
        hints.alias("hint"),
        pl.Series("line", named.lines[:count]),
        publisher=pl.when(legacy).then(pl.lit("")).otherwise("namespace"),
        base=pl.coalesce("base", "lower").str.replace("/.*", ""),  # the first part of a path, which is no model's name
    )


def _as_parents(models: pl.DataFrame) -> pl.DataFrame:
    """Return models with the columns of a parent."""
    columns = ("lower", "base", "publisher", "created", "hint", "line")
    return models.select(pl.col("node").alias("parent"), *(pl.col(name).alias(f"parent_{name}") for name in columns))


def _packed(asked: pl.DataFrame, models: pl.DataFrame) -> pl.DataFrame:
    """Reading 1: the namespace stands before the name."""
    underscored = asked.filter(pl.col("bare").str.contains("_", literal=True))
    underscored = underscored.with_columns(clue=pl.col("bare").str.replace("_", "/", literal=True))
    parents = _as_parents(models.filter(pl.col("lower").is_in(underscored["clue"].implode())))
    return _first(underscored.join(parents.with_columns(clue="parent_lower"), on="clue"), pl.lit(QUANTIZED))


def _packaging(asked: pl.DataFrame, models: pl.DataFrame) -> pl.DataFrame:
    """Reading 2: the name is another model's with packaging behind it."""
    packed = asked.filter(pl.col("bare") != pl.col("base")).with_columns(clue="bare")
    parents = _as_parents(models.filter(pl.col("base").is_in(packed["bare"].implode()))).with_columns(
        clue="parent_base"
    )
    own = packed.join(parents.with_columns(publisher="parent_publisher"), on=["clue", "publisher"])
    others = packed.join(_few(parents), on="clue")
    return _first(pl.concat([own, others.select(own.columns)]), pl.lit(QUANTIZED))


def _line(asked: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Reading 3: the name contains that of a developer's model."""
    families = lines.select("clue", "family").unique("clue", keep="first", maintain_order=True)
    hits = (
        asked.select("node", text="-" + words(pl.col("base")) + "-")
        .with_columns(clue=pl.col("text").str.extract_many(families["clue"].implode(), overlapping=True))
        .filter(pl.col("clue").list.len() > 0)
        .select("node", "clue")
        .explode("clue")
        .join(families, on="clue")
        .sort("node", pl.col("clue").str.len_chars(), "clue", descending=[False, True, False])
    )
    longest = hits.unique("node", keep="first", maintain_order=True)
    pairs = hits.join(longest, on="node", suffix="_longest")
    inside = pl.col("clue_longest").str.contains(pl.col("clue"), literal=True)
    torn = pairs.filter(~inside & (pl.col("family") != pl.col("family_longest")))
    guesses = (
        longest.drop("family")
        .join(torn, on="node", how="anti")
        .join(asked, on="node")
        .join(lines.drop("family"), on="clue")
    )
    relation = (
        pl.when(pl.col("base").str.contains(ADAPTERS))
        .then(ADAPTER)
        .when(pl.col("bare") != pl.col("base"))
        .then(QUANTIZED)
        .otherwise(FINETUNE)
    )
    return _first(guesses, relation, pl.col("short"), pl.col("parent_base").str.len_chars())


def _lines(models: pl.DataFrame, named: Named) -> pl.DataFrame:
    """Return the forms in which names of developers' models occur inside other names, with `-` around each.

    A model has its whole name, without a leading `meta` or trailing `hf`, and (`short`) its beginning up to the size:
    `-mistral-7b-` for Mistral-7B-v0.1. `family` is the number of its family.
    """
    numbers = named.registry.line_numbers
    families = pl.Series([numbers[each.family] for each in named.registry.lines], dtype=pl.Int32)
    namespaces = sorted(named.registry.developer_namespaces)
    developers = models.filter((pl.col("line") >= 0) & pl.col("publisher").is_in(namespaces))
    whole = words(pl.col("base")).str.replace(r"^meta-", "").str.replace(r"-hf$", "")
    called = developers.select(
        pl.col("node").alias("parent"),
        whole=whole,
        begun=whole.str.extract(r"^((?:[a-z0-9]+-)*?\d+[bm])-"),
        family=families.gather(developers["line"].cast(pl.UInt32)),
    )
    clues = pl.concat(
        [
            called.select("parent", "family", clue="whole", short=pl.lit(False)),
            called.select("parent", "family", clue="begun", short=pl.lit(True)).drop_nulls(),
        ]
    ).filter(pl.col("clue").str.contains("-", literal=True) & (pl.col("clue").str.len_chars() >= 7))
    parents = clues.with_columns(clue="-" + pl.col("clue") + "-").join(_as_parents(developers), on="parent")
    return _few(parents, pl.col("short"), pl.col("parent_base").str.len_chars())


def words(base: pl.Expr) -> pl.Expr:
    """Return lower-case names as words between `-`, a number beginning a new word: qwen2.5_7b -> qwen-2-5-7b."""
    apart = base.str.replace_all(r"([a-z])(\d)", "${1}-${2}")
    return apart.str.replace_all(r"[^a-z0-9]+", "-").str.strip_chars("-")


def _few(parents: pl.DataFrame, *before: pl.Expr) -> pl.DataFrame:
    """Return the best few parents for each clue."""
    return parents.sort("clue", *before, *_worth(), nulls_last=True).group_by("clue", maintain_order=True).head(FEW)


def _first(pairs: pl.DataFrame, relation: pl.Expr, *before: pl.Expr) -> pl.DataFrame:
    """Return the best plausible pair of each model: lowest in `before`, then of its own publisher, then by worth."""
    own = pl.col("publisher") == pl.col("parent_publisher")
    return (
        pairs.filter(_plausible())
        .sort("node", *before, ~own, *_worth(), nulls_last=True)
        .unique("node", keep="first", maintain_order=True)
        .select("node", "parent", relation.cast(pl.Int8).alias("relation"))
    )


def _worth() -> tuple[pl.Expr, ...]:
    """Return the sort keys of parents: those with a line first, then by age with unknown last, then by name."""
    age = pl.when(pl.col("parent_created") >= 0).then(pl.col("parent_created"))
    return (pl.col("parent_line") < 0, age, pl.col("parent_lower"))


def _plausible() -> pl.Expr:
    """The parent is not the node itself, not younger if both ages are known, of one architecture if both are known."""
    unknown_age = (pl.col("created") < 0) | (pl.col("parent_created") < 0)
    unknown_type = (pl.col("hint") == "") | (pl.col("parent_hint") == "")
    return (
        (pl.col("node") != pl.col("parent"))
        & (unknown_age | (pl.col("parent_created") <= pl.col("created")))
        & (unknown_type | (pl.col("hint") == pl.col("parent_hint")))
    )
