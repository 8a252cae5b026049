"""Parents that a name suggests, for models that have none on any better evidence.

Three readings, the first that finds a parent counts:

1.  *packed*: `cerebras_Qwen3-Coder-25B-GGUF` packs `cerebras/Qwen3-Coder-25B`; some re-uploaders write the
    namespace before the name.
2.  *packaging*: `X-GGUF`, `X-AWQ`, `X-4bit` ... packs a model called `X`, whoever published it.
3.  *line*: `my-llama-3-8b-roleplay` contains the name of a model that a registered developer published.
    The longest name counts; names of two families in one name mean nothing.

A repository whose own name has a family stands for itself and is not guessed about. A parent is not
younger than its derivative, and where both have an architecture tag, it is the same one. What comes of
this is evidence `inferred`: it is never mixed into declared figures. `hidden` measures how right it is.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from tracker.lineage.graph import ADAPTER, FINETUNE, QUANTIZED, Bools
from tracker.lineage.named import Named

# what is written behind a name when weights are packed for other software, and not trained on
PACKAGING = (
    r"(?:[-_.](?:i1|imat|imatrix|gguf|ggml|awq|gptq|exl2|exl3|mlx|onnx|openvino|bnb|hqq|aqlm|quip|coreml|ct2|nf4|fp4|mxfp4"
    r"|nvfp4|fp8|fp16|bf16|f16|int4|int8|[2-8]-?bits?|[2-8]\.\d+bpw|[2-8]bpw|q[2-8](?:_[0-9ksml]+)*|w\d+a\d+|dynamic"
    r"|quantized|quants?|128g|g128|unsloth|dwq|optimized))+$"
)
ADAPTERS = r"(?i)(?:^|[-_.])(?:q?lora|peft|adapter)(?:[-_.]|$)"


def infer(named: Named, orphan: Bools) -> list[tuple[int, int, int]]:
    """Return (model, parent, relation) for the orphans whose name tells a parent; at most one row a model."""
    models = _models(named)
    asked = models.filter(pl.Series(orphan) & (pl.col("family") < 0))
    readings = [_packed(asked, models), _packaging(asked, models), _line(asked, models, named)]
    best = pl.concat(readings).unique("node", keep="first", maintain_order=True).sort("node")
    return [(node, parent, relation) for node, parent, relation in best.iter_rows()]


def _models(named: Named) -> pl.DataFrame:
    """Return one row a model: its name split and in lower case, its packaging cut off, age, architecture, family."""
    candidates, count = named.candidates, len(named.candidates.model_keys)
    lower = pl.col("name").str.to_lowercase()
    frame = pl.DataFrame(
        {
            "node": np.arange(count, dtype=np.int32),
            "name": list(candidates.names[:count]),
            "created": candidates.created_at,
            "hint": list(candidates.hints or [""] * count),
            "family": named.families()[:count],
        }
    )
    return frame.with_columns(
        publisher=pl.when(lower.str.contains("/", literal=True))
        .then(lower.str.extract(r"^([^/]*)/"))
        .otherwise(pl.lit("")),
        base=lower.str.replace(r"^[^/]*/", ""),
    ).with_columns(bare=pl.col("base").str.replace(PACKAGING, ""))


def _as_parents(models: pl.DataFrame) -> pl.DataFrame:
    """Return models as the parents that others may have."""
    return models.select(
        parent="node",
        parent_name=pl.col("name").str.to_lowercase(),
        parent_base="base",
        parent_publisher="publisher",
        parent_created="created",
        parent_hint="hint",
        parent_family="family",
    )


def _plausible() -> pl.Expr:
    """Not itself, not younger where both ages are known, of one architecture where both are known."""
    unknown_age = (pl.col("created") < 0) | (pl.col("parent_created") < 0)
    unknown_type = (pl.col("hint") == "") | (pl.col("parent_hint") == "")
    return (
        (pl.col("node") != pl.col("parent"))
        & (unknown_age | (pl.col("parent_created") <= pl.col("created")))
        & (unknown_type | (pl.col("hint") == pl.col("parent_hint")))
    )


def _first(pairs: pl.DataFrame, relation: pl.Expr, *before: pl.Expr) -> pl.DataFrame:
    """Return the best plausible pair of each model: lowest in `before`, then of its own publisher, of a known
    family, the oldest, the first by name.
    """
    age = pl.when(pl.col("parent_created") < 0).then(None).otherwise(pl.col("parent_created"))
    rank = (pl.col("publisher") != pl.col("parent_publisher"), pl.col("parent_family") < 0, age, pl.col("parent_name"))
    return (
        pairs.filter(_plausible())
        .sort("node", *before, *rank, nulls_last=True)
        .unique("node", keep="first", maintain_order=True)
        .select("node", "parent", relation.cast(pl.Int8).alias("relation"))
    )


def _packed(asked: pl.DataFrame, models: pl.DataFrame) -> pl.DataFrame:
    """Reading 1: the namespace stands before the name."""
    spelt = asked.with_columns(said=pl.col("bare").str.replace("_", "/", literal=True)).filter(
        pl.col("said").str.contains("/")
    )
    return _first(
        spelt.join(_as_parents(models), left_on="said", right_on="parent_name", coalesce=False), pl.lit(QUANTIZED)
    )


def _packaging(asked: pl.DataFrame, models: pl.DataFrame) -> pl.DataFrame:
    """Reading 2: the name is another model's with packaging behind it."""
    packed = asked.filter(pl.col("bare") != pl.col("base"))
    return _first(packed.join(_as_parents(models), left_on="bare", right_on="parent_base"), pl.lit(QUANTIZED))


def _line(asked: pl.DataFrame, models: pl.DataFrame, named: Named) -> pl.DataFrame:
    """Reading 3: the name contains that of a developer's model."""
    lines = _line_names(models, named)
    if not len(lines):
        return _first(asked.head(0).join(_as_parents(models), left_on="base", right_on="parent_base"), pl.lit(FINETUNE))
    hits = (
        asked.select("node", text="-" + words(pl.col("base")) + "-")
        .with_columns(hit=pl.col("text").str.extract_many(lines["line"].unique().to_list(), overlapping=True))
        .filter(pl.col("hit").list.len() > 0)
        .select("node", "hit")
        .explode("hit")
        .join(lines.select("line", "top").unique("line"), left_on="hit", right_on="line")
        .sort("node", pl.col("hit").str.len_chars(), "hit", descending=[False, True, False])
    )
    longest = hits.unique("node", keep="first", maintain_order=True).rename({"hit": "longest", "top": "longest_top"})
    apart = hits.join(longest, on="node").filter(~pl.col("longest").str.contains(pl.col("hit"), literal=True))
    torn = apart.filter(pl.col("top") != pl.col("longest_top"))
    pairs = (
        longest.join(torn, on="node", how="anti")
        .join(asked, on="node")
        .join(lines.select("line", "parent", "short"), left_on="longest", right_on="line")
        .join(_as_parents(models), on="parent")
    )
    relation = (
        pl.when(pl.col("name").str.contains(ADAPTERS))
        .then(ADAPTER)
        .when(pl.col("bare") != pl.col("base"))
        .then(QUANTIZED)
        .otherwise(FINETUNE)
    )
    return _first(pairs, relation, pl.col("short"), pl.col("parent_base").str.len_chars())


def _line_names(models: pl.DataFrame, named: Named) -> pl.DataFrame:
    """Return the names that developers' models are called by inside other names, `-` around each.

    A model is called by its whole name, without `meta` before or `hf` behind it, and (`short`) by its
    beginning up to its size: Mistral-7B-v0.1 by `-mistral-7b-`.
    """
    families = named.registry.families
    tops = {family.family: code for code, family in enumerate(families)}
    top_of = pl.DataFrame(
        {
            "family": pl.Series(range(len(families)), dtype=pl.Int16),
            "top": pl.Series([tops[each.top_family] for each in families], dtype=pl.Int32),
        }
    )
    developers = models.filter(
        (pl.col("family") >= 0) & pl.col("publisher").is_in(sorted(named.registry.developer_namespaces))
    )
    whole = words(pl.col("base")).str.replace(r"^meta-", "").str.replace(r"-hf$", "")
    called = developers.join(top_of, on="family").select(
        pl.col("node").alias("parent"), "top", whole=whole, begun=whole.str.extract(r"^((?:[a-z0-9]+-)*?\d+[bm])-")
    )
    lines = pl.concat(
        [
            called.select("parent", "top", line="whole", short=pl.lit(False)),
            called.select("parent", "top", line="begun", short=pl.lit(True)).drop_nulls(),
        ]
    )
    return lines.filter(
        pl.col("line").str.contains("-", literal=True) & (pl.col("line").str.len_chars() >= 7)
    ).with_columns(line="-" + pl.col("line") + "-")


def words(base: pl.Expr) -> pl.Expr:
    """Return lower-case names as words between `-`, a number beginning a new word: qwen2.5_7b -> qwen-2-5-7b."""
    apart = base.str.replace_all(r"([a-z])(\d)", "${1}-${2}")
    return apart.str.replace_all(r"[^a-z0-9]+", "-").str.strip_chars("-")
