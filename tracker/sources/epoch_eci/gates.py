"""May this download of the index be taken? Bounds and rules, with the story that each is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from tracker.sources.contract import Gate, Rule, Tables

ANCHORS = {"Claude 3.5 Sonnet": 130.0, "GPT-5": 150.0}
NEAR = 1e-6
ACCESS = (
    *("API access", "Hosted access (no API)", "Unreleased", "Unknown"),
    *("Open weights (unrestricted)", "Open weights (restricted use)", "Open weights (non-commercial)"),
)
GROUPS = ("Open weights", "Closed weights", "Other")


def _anchors_hold(tables: Tables, _: Tables | None) -> Iterator[str]:
    frame = tables["index_scores"]
    names = pl.concat([frame.select(name, "score").rename({name: "name"}) for name in ("model", "display_name")])
    for anchor, score in ANCHORS.items():
        found = names.filter(pl.col("name") == anchor)["score"].unique().to_list()
        if not any(abs(each - score) <= NEAR for each in found if each is not None):
            yield f"{anchor} has {', '.join(map(str, found)) or 'no score'}, and {score:g} it has by definition"


def _intervals_hold(tables: Tables, _: Tables | None) -> Iterator[str]:
    frame = tables["index_scores"]
    wrong = frame.filter((pl.col("low") > pl.col("score")) | (pl.col("high") < pl.col("score")))
    for model, low, score, high in wrong.select("model", "low", "score", "high").head(1).iter_rows():
        yield f"{model} has {score} outside of its interval {low} to {high}; {wrong.height:,} rows like it"


def _words_are_known(tables: Tables, _: Tables | None) -> Iterator[str]:
    frame = tables["index_scores"]
    for column, known in (("accessibility", ACCESS), ("accessibility_group", GROUPS)):
        new = frame[column].drop_nulls().unique().sort().to_list()
        yield from (f"{column} says {each!r}, which is a new word" for each in new if each not in known)


GATES: Sequence[Gate | Rule] = (
    Gate("index_scores", "rows", "the first recorded download has 140 rows", at_least=100),
    Gate("index_scores", "change", "models are added; a file of fewer was cut", at_least=0.95),
    Gate("index_scores", "least", "scores of models are 40 to 200", "score", at_least=40.0),
    Gate("index_scores", "most", "scores of models are 40 to 200", "score", at_most=200.0),
    Gate("index_scores", "filled", "a row without a score says nothing", "score", at_least=1.0),
    Gate("index_scores", "filled", "17 of 140 rows name no organization", "organization", at_least=0.7),
    Rule(_anchors_hold, "two models fix the scale; where they move it is another scale"),
    Rule(_intervals_hold, "columns that were swapped"),
    Rule(_words_are_known, "how a model can be had is what open and closed are told by", refuses=False),
)
