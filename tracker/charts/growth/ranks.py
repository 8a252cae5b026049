"""Which families rank first, quarter by quarter: a bump chart of the eight that new derivatives are most built on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms import quarters as quarterly
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.quarters import spelt
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import percent
from tracker.charts.plots.bump import FEW, Bump, Track
from tracker.findings.chance import THIN, Share
from tracker.findings.courses import first_since

TITLE = "Rank of the eight families that new derivatives are most built on, by quarter"
QUESTION = "Which families rank first, quarter by quarter?"
MOST = 8  # ranks
ASKS = {"share": {"measure": "share", "by": "family", "months": 39}}


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month` (YYYY-MM), a group, `derivatives`, `share` (0 to 1), `low`, `high`, `n`, as whole quarters.

    Quarters that are thin, and all before them, are left out.
    """
    answer = asked["share"]
    frame, group = answer.frame, answer.frame.columns[1]
    every = quarterly.summed(frame, group, str(answer.parameters.get("from", "")), facts)
    held, thin = quarterly.drawn(every)
    data = _ranked(every.filter(pl.col("quarter").is_in(held)), group)
    tracks = _tracks(data, group, held, facts)
    of = things(answer)
    words = {"family": "families", "origin_country": "origin countries"}.get(group, f"groups of {group}")
    of_all = answer.parameters.get("denominator", "derivatives") == "derivatives"  # else bounds are of other months
    found = first_since([_shares(data, group, quarter) for quarter in held]) if facts.is_whole and of_all else ""
    return Figure(
        question=QUESTION if group == "family" else f"Which {words} rank first, quarter by quarter?",
        title=facts.title or found or f"Rank of {words} by {of}" + (f", {spelt(held[-1])}" if held else ""),
        subtitle=_subtitle(of, words, data, held),
        note=" ".join(_notes(tracks, held, thin, facts)),
        alt=_alt(tracks, held, of),
        plot=_plot(tracks, held),
        data=data,
        units={"derivatives": "credit", "share": "part of 1", "low": "part of 1", "high": "part of 1", "n": "models"},
        has_finding=bool(found),
    )


def _ranked(every: pl.DataFrame, group: str) -> pl.DataFrame:
    named = every.filter(~pl.col(group).is_in(sorted(NAMELESS)) & (pl.col("derivatives") > 0))
    ordered = named.sort(["quarter", "derivatives", group], descending=[False, True, False])
    rank = pl.int_range(1, pl.len() + 1).over("quarter").alias("rank")
    return ordered.with_columns(rank).select("quarter", group, "rank", "derivatives", "share", "low", "high", "n")


def _tracks(data: pl.DataFrame, group: str, held: Sequence[str], facts: Facts) -> list[Track]:
    listed = data.filter(pl.col("rank") <= MOST)
    last = listed.filter(pl.col("quarter") == held[-1])[group].to_list() if held else []
    names = [*last, *sorted(set(listed[group]) - set(last))]
    tracks = []
    for name, (role, ink) in zip(names, hues(names, group, facts), strict=True):
        rows = {row["quarter"]: row for row in listed.filter(pl.col(group) == name).iter_rows(named=True)}
        ranks = [rows[quarter]["rank"] if quarter in rows else None for quarter in held]
        values = [percent(rows[quarter]["share"]) if quarter in rows else "" for quarter in held]
        tracks.append(Track(name, role, ink, ranks, values, values[-1]))
    return tracks


def _plot(tracks: Sequence[Track], held: Sequence[str]) -> Plot:
    if not held or not tracks:
        return Sentence(f"No whole quarter counts {THIN} models or more, so nothing is drawn.")
    if len(held) < 2:
        ranks = ", ".join(f"{track.name} {track.value}" for track in tracks)
        return Sentence(f"One whole quarter, {spelt(held[0])}, and so no course yet: {ranks}.")
    rows = max(rank for track in tracks for rank in track.ranks if rank)
    return Bump(tracks, [spelt(quarter) for quarter in held], rows)


def _shares(data: pl.DataFrame, group: str, quarter: str) -> tuple[str, dict[str, Share]]:
    rows = data.filter(pl.col("quarter") == quarter).iter_rows(named=True)
    return spelt(quarter), {row[group]: Share(row["share"], row["low"], row["high"], row["n"]) for row in rows}


def _subtitle(of: str, words: str, data: pl.DataFrame, held: Sequence[str]) -> str:
    n = data.filter(pl.col("quarter") == held[-1])["n"].max() if held else None
    values = f". Shares: {spelt(held[-1])}, n = {n:,}" if held and isinstance(n, int) else ""
    return f"Rank by {of} in the quarter, the {MOST} largest {words}{values}"


def _notes(tracks: Sequence[Track], held: Sequence[str], thin: Sequence[str], facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic + ["Whole quarters only."]
    if any(track.is_quiet for track in tracks):
        parts.append(f"Grey: once among the {MOST}, not now.")
    if thin:
        parts.append(f"Left out, up to the last with fewer than {THIN} models: quarters to {spelt(thin[-1])}.")
    if len(held) > FEW:
        parts.append(f"On a phone the newest {FEW} quarters are drawn; the data has all {len(held)}.")
    parts.append("Neighbours whose shares are close may change places by chance.")
    return parts


def _alt(tracks: Sequence[Track], held: Sequence[str], of: str) -> str:
    if not held:
        return f"No whole quarter of {of} counts {THIN} models or more."
    ranks = ", ".join(f"{track.ranks[-1]} {track.name} {track.value}" for track in tracks if not track.is_quiet)
    return f"Bump chart of ranks, {spelt(held[0])} to {spelt(held[-1])}. {spelt(held[-1])}: {ranks}."
