"""Which families rank first, quarter by quarter: a bump chart of the eight that new derivatives are most built on."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import percent
from tracker.charts.plots.bump import FEW, Bump, Track
from tracker.findings import quarters
from tracker.findings.chance import THIN, Share

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
    every = summed(frame, group, str(answer.parameters.get("from", "")), facts)
    held, thin = _drawn(every)
    data = _ranked(every.filter(pl.col("quarter").is_in(held)), group)
    tracks = _tracks(data, group, held, facts)
    of = answer.denominator.removeprefix("all ").replace(" of the month", "") or "new derivatives"
    words = {"family": "families", "origin_country": "origin countries"}.get(group, f"groups of {group}")
    of_all = answer.parameters.get("denominator", "derivatives") == "derivatives"  # else bounds are of other months
    found = quarters.first([_shares(data, group, quarter) for quarter in held]) if facts.is_whole and of_all else ""
    return Figure(
        question=QUESTION if group == "family" else f"Which {words} rank first, quarter by quarter?",
        title=facts.title or found or f"Rank of {words} by {of}" + (f", {_spelt(held[-1])}" if held else ""),
        subtitle=_subtitle(of, words, data, held),
        note=" ".join(_notes(tracks, held, thin, facts)),
        alt=_alt(tracks, held, of),
        plot=_plot(tracks, held),
        data=data,
        units={"derivatives": "credit", "share": "part of 1", "low": "part of 1", "high": "part of 1", "n": "models"},
        has_finding=bool(found),
    )


def summed(frame: pl.DataFrame, group: str, first: str, facts: Facts) -> pl.DataFrame:
    """Return rows of months as whole quarters: a quarter's share is that of its months together, bounds as well."""
    if frame.is_empty():
        return _quarterly(frame.with_columns(pl.lit("").alias("quarter")), group)
    days = monthrange(facts.snapshot_date.year, facts.snapshot_date.month)[1]
    over = facts.snapshot_date.day == days
    last = f"{facts.snapshot_date:%Y-%m}"
    number = (pl.col("month").str.slice(5, 2).cast(pl.Int64) + 2) // 3
    named = frame.with_columns(
        pl.format("{}-Q{}", pl.col("month").str.slice(0, 4), number).alias("quarter"),
        (pl.col("month").str.slice(0, 5) + (number * 3 - 2).cast(pl.String).str.zfill(2)).alias("opens"),
        (pl.col("month").str.slice(0, 5) + (number * 3).cast(pl.String).str.zfill(2)).alias("closes"),
    )
    whole = (pl.col("opens") >= first) & ((pl.col("closes") <= last) if over else (pl.col("closes") < last))
    return _quarterly(named.filter(whole), group)


def _quarterly(frame: pl.DataFrame, group: str) -> pl.DataFrame:
    """Return rows of quarter and group; a month counts as much as it has derivatives."""
    months = frame.group_by("quarter", "month").agg(
        (pl.col("derivatives") / pl.col("share")).filter(pl.col("share") > 0).max().fill_null(0.0).alias("total"),
        (pl.col("high") - pl.col("low")).max().alias("loose"),
        pl.col("n").max(),
    )
    totals = months.group_by("quarter").agg(
        pl.col("total").sum().alias("whole"),
        (pl.col("loose") * pl.col("total")).sum().alias("loose"),
        pl.col("loose").is_not_null().all().alias("is_bounded"),
        pl.col("n").sum(),
    )
    rows = frame.join(months.select("month", "total"), on="month").group_by("quarter", group).agg(
        pl.col("derivatives").sum(), (pl.col("low") * pl.col("total")).sum().alias("firm")
    )  # fmt: skip
    low = pl.when(pl.col("is_bounded")).then(pl.col("firm") / pl.col("whole"))
    return rows.join(totals, on="quarter").select(
        "quarter", group, "derivatives", (pl.col("derivatives") / pl.col("whole")).alias("share"), low.alias("low"),
        pl.min_horizontal(1.0, low + pl.col("loose") / pl.col("whole")).alias("high"), "n",
    )  # fmt: skip


def _drawn(every: pl.DataFrame) -> tuple[list[str], list[str]]:
    """Return the quarters after the last thin one, and the thin ones."""
    sizes = dict(every.select("quarter", "n").iter_rows())
    thin = sorted(quarter for quarter, n in sizes.items() if n < THIN)
    return sorted(quarter for quarter in sizes if not thin or quarter > thin[-1]), thin


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
        return Sentence(f"One whole quarter, {_spelt(held[0])}, and so no course yet: {ranks}.")
    rows = max(rank for track in tracks for rank in track.ranks if rank)
    return Bump(tracks, [_spelt(quarter) for quarter in held], rows)


def _shares(data: pl.DataFrame, group: str, quarter: str) -> tuple[str, dict[str, Share]]:
    rows = data.filter(pl.col("quarter") == quarter).iter_rows(named=True)
    return _spelt(quarter), {row[group]: Share(row["share"], row["low"], row["high"], row["n"]) for row in rows}


def _spelt(quarter: str) -> str:
    year, _, name = quarter.partition("-")
    return f"{name} {year}"


def _subtitle(of: str, words: str, data: pl.DataFrame, held: Sequence[str]) -> str:
    n = data.filter(pl.col("quarter") == held[-1])["n"].max() if held else None
    values = f". Shares: {_spelt(held[-1])}, n = {n:,}" if held and isinstance(n, int) else ""
    return f"Rank by {of} in the quarter, the {MOST} largest {words}{values}"


def _notes(tracks: Sequence[Track], held: Sequence[str], thin: Sequence[str], facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic + ["Whole quarters only."]
    if any(track.is_quiet for track in tracks):
        parts.append(f"Grey: once among the {MOST}, not now.")
    if thin:
        parts.append(f"Left out, up to the last with fewer than {THIN} models: quarters to {_spelt(thin[-1])}.")
    if len(held) > FEW:
        parts.append(f"On a phone the newest {FEW} quarters are drawn; the data has all {len(held)}.")
    parts.append("Neighbours whose shares are close may change places by chance.")
    return parts


def _alt(tracks: Sequence[Track], held: Sequence[str], of: str) -> str:
    if not held:
        return f"No whole quarter of {of} counts {THIN} models or more."
    ranks = ", ".join(f"{track.ranks[-1]} {track.name} {track.value}" for track in tracks if not track.is_quiet)
    return f"Bump chart of ranks, {_spelt(held[0])} to {_spelt(held[-1])}. {_spelt(held[-1])}: {ranks}."
