"""What changed, in sentences: new models, leaders, gains and losses, leads of origins, ranks; silent where nothing did.

A sentence is made where bounds and chance allow it, and only there. Months come in as they were read of answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from tracker.findings.chance import THIN, Share, gains, leads
from tracker.findings.monthly import YEAR, Month, spelt, the
from tracker.findings.sentence import Sentence, strong
from tracker.findings.watched import digest

MOST = 4  # families named of those that gained, and of those that lost
LARGEST = 8  # families looked at in windows of days: small ones move by one or two models
LONG = 6  # months: a share that is the highest of fewer is no news
MINUS = "−"


def of_families(months: Sequence[Month], of: str) -> Iterator[Sentence]:
    """Yield what changed among families in whole months, the last of them the newest; `of` is the denominator."""
    if not months or not months[-1].shares:
        return
    yield from _leader(months, of)
    yield from _record(months)
    yield from _year(months)


def of_origins(months: Sequence[Month]) -> Iterator[Sentence]:
    """Yield the lead of one origin over the next, where there is one, and how it moved in a year."""
    if not months or not months[-1].shares:
        return
    first, second = [*_ranked(months[-1]), ""][:2]
    last = months[-1].shares
    if not second or not leads(last[first], [share for name, share in last.items() if name != first]):
        return
    lead = last[first].share - last[second].share
    text = f"The lead of {strong(the(first))} over {strong(the(second))} is {strong(_spoken(lead))}"
    text += f" in {spelt(months[-1].month)}"
    if len(months) > YEAR and _lead_moved(months[-YEAR - 1].shares, last, first, second):
        before = months[-YEAR - 1].shares[first].share - months[-YEAR - 1].shares[second].share
        more = "more" if lead > before else "less"
        text += f", {_points(abs(lead - before))} {more} than a year before"
    yield Sentence("lead", f"{text}.", lead, "origins", "origins")


def of_crossings(rows: Sequence[Mapping[str, object]], months: Sequence[str]) -> Iterator[Sentence]:
    """Yield who passed whom for good in the last two of the whole `months`, of rows of leads and crossings."""
    newest = set(months[-3:-1])  # a crossing must last two months, so the last month is too young for one
    for row in rows:
        if row["kind"] == "passes" and row["is_stated"] and row["since"] in newest:
            first, second, since = (str(row[name]) for name in ("first", "second", "since"))
            text = f"{strong(first)} has passed {strong(second)} for good in {spelt(since)}."
            yield Sentence("passed", text, float(str(row["first_value"])), "ranks", "crossings")


def of_windows(
    rows: Sequence[Mapping[str, Any]], nameless: Collection[str], days: int, until: str
) -> Iterator[Sentence]:
    """Yield how many derivatives are new in a window of days and in the one before, and which families moved.

    Rows have a family's shares, bounds and `n` of both windows, and `chance`. Of thin windows only numbers are told.
    """
    n, before = (max((int(row[name] or 0) for row in rows), default=0) for name in ("n_after", "n_before"))
    change = f" ({_relative(n / before - 1)})" if before else ""
    text = f"{strong(f'{n:,}')} new derivatives in the {days} days to {until}"
    text += f", against {strong(f'{before:,}')} in the {days} before{change}."
    yield Sentence("new", text, float(n), "", "windows")
    if min(n, before) < THIN:
        return
    named = [row for row in rows if row["family"] not in nameless]
    largest = sorted(named, key=lambda row: (-(row["before"] + row["after"]), row["family"]))[:LARGEST]
    yield from _moved(largest, days)
    if not any(abs(row["change"]) > row["chance"] for row in largest):
        text = f"{strong('No family')} moved beyond chance within the last {days} days."
        yield Sentence("quiet", text, 0.0, "", "windows")


def _moved(rows: Sequence[Mapping[str, Any]], days: int) -> Iterator[Sentence]:
    held = [row for row in rows if _is_moved(_side(row, "before"), _side(row, "after"))]
    for row in sorted(held, key=lambda row: (-abs(row["change"]), row["family"]))[:MOST]:
        verb = "gained" if row["change"] > 0 else "lost"
        text = f"{strong(row['family'])} has {verb} {strong(_spoken(row['change']))} in {days} days, beyond chance."
        yield Sentence("moved", text, row["change"], "movers", "windows")


def _is_moved(before: Share, after: Share) -> bool:
    return gains(before, after) or gains(after, before)


def _side(row: Mapping[str, Any], side: str) -> Share:
    return Share(row[f"share_{side}"], row[f"low_{side}"], row[f"high_{side}"], int(row[f"n_{side}"]))


def _leader(months: Sequence[Month], of: str) -> Iterator[Sentence]:
    last = months[-1]
    first = _ranked(last)[0]
    share = last.shares[first]
    if not leads(share, [each for name, each in last.shares.items() if name != first]):
        return
    text = (
        f"{strong(first)} is the root of {strong(_percent(share.share))} of {of} of {spelt(last.month)}{_bounds(share)}"
    )
    before = [months[-2]] if len(months) > 1 else []
    before += [months[-YEAR - 1]] if len(months) > YEAR else []
    text += "".join(f", {_against(month.shares[first], share)} {spelt(month.month)}" for month in before)
    yield Sentence("leader", f"{text}.", share.share, "families", "families")


def _record(months: Sequence[Month]) -> Iterator[Sentence]:
    """Yield families whose share has not been as high, or as low, for a long time, beyond bounds and chance."""
    for name, share in months[-1].shares.items():
        earlier = [month.shares[name] for month in months[:-1]]
        higher, lower = [gains(each, share) for each in earlier], [gains(share, each) for each in earlier]
        for word, beaten in (("high", higher), ("low", lower)):
            since = max((at for at, beats in enumerate(beaten) if not beats), default=-1)
            if since >= 0 and len(beaten) - 1 - since >= LONG:
                text = f"{strong(name)} has not been as {word} since {spelt(months[since].month)}"
                yield Sentence(
                    "record", f"{text}: {strong(_percent(share.share))}.", share.share, "families", "families"
                )


def of_watches(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sentence]:
    """Yield what each watch found on each night, of rows in the order of nights and watches."""
    for (night, _), group in groupby(rows, lambda row: (row["snapshot_date"], row["watch_id"])):
        found = list(group)
        text = digest(found[0]["watch"], [(row["subject"], row["text"]) for row in found])
        yield Sentence("watched", f"Watched for, on {strong(str(night))}: {text}.", float(len(found)), "", "watched")


def of_licenses(months: Sequence[Month]) -> Iterator[Sentence]:
    """Yield the classes of licence whose share of new derivatives moved over a year beyond bounds and chance."""
    if len(months) <= YEAR or not months[-1].shares:
        return
    before, last = months[-YEAR - 1].shares, months[-1].shares
    held = [name for name in last if name in before and _is_moved(before[name], last[name])]
    for name in sorted(held, key=lambda name: (-abs(last[name].share - before[name].share), name)):
        difference = last[name].share - before[name].share
        verb = "gained" if difference > 0 else "lost"
        span = f"from {_percent(before[name].share)} to {_percent(last[name].share)}"
        text = f"Licences: {strong(name)} has {verb} {strong(_spoken(difference))} of new derivatives in a year, {span}"
        yield Sentence("license", f"{text}, beyond chance.", difference, "licenses", "licenses")


def _year(months: Sequence[Month]) -> Iterator[Sentence]:
    """Yield gains and losses over a year that bounds and chance allow, the largest first."""
    if len(months) <= YEAR:
        return
    before, last = months[-YEAR - 1].shares, months[-1].shares
    gained = [name for name in last if gains(before[name], last[name])]
    lost = [name for name in last if gains(last[name], before[name])]
    for verb, names in (("gained", gained), ("lost", lost)):
        for name in sorted(names, key=lambda name: (-abs(last[name].share - before[name].share), name))[:MOST]:
            difference = last[name].share - before[name].share
            span = f"from {_percent(before[name].share)} to {_percent(last[name].share)}"
            text = f"{strong(name)} has {verb} {strong(_spoken(difference))} in a year, {span}, beyond chance."
            yield Sentence(verb, text, difference, "year", "families")


def _lead_moved(before: Mapping[str, Share], last: Mapping[str, Share], first: str, second: str) -> bool:
    """Say whether one of the two gained, or the other lost, beyond bounds and chance."""
    return any(
        gains(one, other)
        for name in (first, second)
        for one, other in ((before[name], last[name]), (last[name], before[name]))
    )


def _against(before: Share, share: Share) -> str:
    moved = share.share - before.share
    if not _is_moved(before, share):
        return "within chance of"
    return f"{'+' if moved > 0 else MINUS}{_points(abs(moved))} points on"


def _ranked(month: Month) -> list[str]:
    return sorted(month.shares, key=lambda name: (-month.shares[name].share, name))


def _bounds(share: Share) -> str:
    if share.low is None or share.high is None or round(share.low, 2) == round(share.high, 2):
        return ""
    return f" ({100 * share.low:.0f}–{100 * share.high:.0f}%)"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _points(difference: float) -> str:
    return f"{100 * difference:.1f}"


def _spoken(difference: float) -> str:
    return f"{_points(abs(difference))} points"


def _relative(change: float) -> str:
    return f"{'+' if change > 0 else MINUS if change < 0 else '±'}{abs(100 * change):.1f}%"
