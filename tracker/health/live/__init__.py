"""Check that the Hub answers as the collector expects. One line per check, from a few requests, before a first night.

Every check is a function of the sample: `answers` (who asks, how much, when), `fields` (what an item is), `paging`
(how the list goes on, how long it takes). A check is listed in `CHECKS`, in the order in which people read them.

May import: columns, errors, gates, landing, landing.parse, scope, settings, sources, sources.hub_models,
sources.outward, words.
"""

from __future__ import annotations

import polars as pl

from tracker.health.live import answers, fields, paging
from tracker.health.live.finding import HARMFUL, Finding, Seen
from tracker.scope import Scope
from tracker.settings import Settings
from tracker.sources.clock import Clock
from tracker.sources.hub_models.sample import take
from tracker.sources.hub_models.walk import expected_models

__all__ = ["HARMFUL", "examine"]

CHECKS = (
    answers.page, answers.rights, fields.identity, fields.presence, fields.types, fields.unasked, fields.gates,
    paging.order, paging.next_page, paging.size, paging.compression, paging.pace, answers.quota, answers.clock,
)  # fmt: skip


def examine(settings: Settings, *, clock: Clock | None = None) -> pl.DataFrame:
    """Ask the configured Hub, and return one row per question.

    `check`, `verdict` (good | differs | cannot tell), `effect` on a night (stops | falsifies | slows, empty for none),
    `finding`, and `what_to_do`. Nothing is written.
    """
    scope = Scope.parse(settings.scope)
    sample = take(settings, scope, clock=clock)
    seen = Seen(sample, settings, expected_models(settings, scope))
    found = [finding for check in CHECKS for finding in check(seen)]
    found.append(Finding("requests", "good", f"{sample.requests}, all to {settings.endpoint}; nothing was written"))
    rows = [(each.check, each.verdict, each.effect, each.finding, each.what_to_do) for each in found]
    names = ("check", "verdict", "effect", "finding", "what_to_do")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
