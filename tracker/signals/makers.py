"""How much of a run of OpenRouter is of authors that the registry knows: a new one is for a curator to look at."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tracker import registry
from tracker.registry.elsewhere.makers import Makers
from tracker.settings import Settings
from tracker.sources.contract import Tables

SOURCE = "openrouter"
OTHER = "other"
LEAST = 0.9  # of the tokens that the newest days name
DAYS = timedelta(days=7)  # a new one leads them long before it has a tenth of a month
STORY = "whoever is not known is of no country and no family, however much of a chart is his"
_SHOWN = 3


def remarks(settings: Settings, name: str, tables: Tables) -> list[str]:
    """Return a sentence where too many tokens are of authors that the registry does not know; their shares with it."""
    if name != SOURCE or tables["token_days"].is_empty():
        return []
    named = tables["token_days"].filter(pl.col("slug") != OTHER, pl.col("day") > pl.col("day").max() - DAYS)
    of_author = (
        named.group_by(author=pl.col("slug").str.to_lowercase().str.split("/").list.first())
        .agg(pl.col("tokens").sum() / named["tokens"].sum())
        .sort("tokens", "author", descending=[True, False])
    )
    makers = Makers(registry.load(settings.registry))
    new = [(author, share) for author, share in of_author.iter_rows() if makers.called(author, SOURCE) is None]
    known = 1 - sum(share for _, share in new)
    if known >= LEAST:
        return []
    told = ", ".join(f"{author} ({share:.1%})" for author, share in new[:_SHOWN])
    return [
        f"{known:.1%} of the tokens of the newest {DAYS.days} days are of authors that the registry knows, "
        f"{LEAST:.0%} should be; new: {told}; add them to makers.csv ({STORY})"
    ]
