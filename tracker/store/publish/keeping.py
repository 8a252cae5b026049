"""Which generations are kept with all files that they name: the last of each day, for all days or the last `keep_days`.

`retention` also keeps the newest three, and those that a session may still read, by their age. A generation that is no
longer kept never returns: each manifest has the first day from which generations are kept (`kept_from`), and that day
never moves back. Earlier versions kept nothing for long; in their folders it is the day of the first publish that
writes it. Manifests themselves always stay: each is a link of the chain.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tracker.store.base import generations
from tracker.store.base.generations import Generation


def kept_from(data_dir: Path, number: int, day: date, keep_days: int | None) -> date:
    """Return `kept_from` for the manifest of `number`: from this day on the last generation of each day is kept.

    `day`: the day of `number`. `keep_days`: how many days are kept; None for all.
    """
    before = (each for each in reversed(generations.numbers(data_dir)) if each < number)
    until_now = next((_said(each) for each in (generations.head_if_whole(data_dir, n) for n in before) if each), None)
    first = until_now or day
    return first if keep_days is None else max(first, day - timedelta(days=keep_days - 1))


def last_of_days(data_dir: Path) -> list[Generation | None]:
    """Return the last generation of each kept day, newest first; None for each damaged one.

    A missing generation that a later one names as its predecessor counts as damaged.
    """
    found: list[Generation | None] = []
    first: date | None = None
    last: str | None = None
    known = set(generations.numbers(data_dir))
    chain = generations.Chain(data_dir)
    for number in sorted(known, reverse=True):
        each = chain.read_if_whole(number)
        if each is None:
            found.append(None)
            continue
        first = first or _said(each)
        day = each.facts["day"]
        if first is None or date.fromisoformat(day) < first:
            break
        if day != last:
            found.append(each)
            last = day
        before = each.facts["before"]
        if before and before["generation"] not in known:
            found.append(None)
    return found


def files(data_dir: Path) -> dict[str, str]:
    """Return every file that a kept generation names, relative to the data folder, with its sha256."""
    named = (each for manifest in last_of_days(data_dir) if manifest for each in manifest.files())
    return {each["file"]: each["sha256"] for each in named if each.get("sha256")}


def _said(manifest: Generation) -> date | None:
    """Return `kept_from` of a manifest; None for one of an earlier version."""
    said = manifest.facts.get("kept_from")
    return date.fromisoformat(said) if said else None
