"""New models of a publisher: each is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from tracker.answers import measure, names
from tracker.watches.watch import Found, Told, Watch
from tracker.words import several

if TYPE_CHECKING:
    from tracker.store import Published


def spelt(published: Published, watch: Watch) -> Watch:
    """Return it with the namespace as the copy spells it; one that has no models yet stays as it is."""
    return replace(watch, names=names.resolve(published, "publisher", watch.names))


def found(published: Published, watch: Watch, told: Told) -> Sequence[Found]:
    """Return the models that were first seen since."""
    things = {thing for thing, _ in told}
    rows = measure(published, "arrivals", {"publisher": watch.names[0], "after": _after(watch)}).table.rows
    return [
        Found(model_id, hub_id, str(first_seen), downloads, f"{model_id} is new")
        for model_id, hub_id, first_seen, _, downloads in rows
        if hub_id not in things
    ]


def stands(published: Published, watch: Watch) -> str:
    """Return how many models the publisher has, and how many have come since the watch counts."""
    name, since = watch.names[0], watch.since or published.facts().snapshot_date
    ever = measure(published, "arrivals", {"publisher": name, "after": date.min}).table.rows
    new = sum(first_seen > since for _, _, first_seen, *_ in ever)
    seen = f"{several(len(ever), 'model')} of {name} {('was', 'were')[len(ever) != 1]} ever seen"
    return f"{seen}, {new:,} of them first after {since}"


def _after(watch: Watch) -> date:
    return watch.since or date.max
