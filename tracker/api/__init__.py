"""The public library: a published copy and what can be asked of it, and the stages and tools that work on a folder.

`tracker.open()` returns a `Copy`; each of its questions returns rows with everything that defends them. Further
modules: `operate` (collect, load, resolve, publish, back up, export, health), `curate` (the registry) and `draw`
(charts). Command line, jobs and notebooks use this room and nothing below it.

May import: answers, answers.signals, backfilling, charts, claims, curation, curation.elsewhere, dates, disk, errors,
files, forgetting, handover, handover.data_set, handover.hub, handover.objects, handover.spark, health, landing,
notify, pages, pipeline, registry, scope, settings, signals, sources, store, table, watches, words.
"""

from typing import TYPE_CHECKING

from tracker import later

if TYPE_CHECKING:
    from tracker.answers.ancestry.above import Ancestors
    from tracker.answers.ancestry.below import Descendants
    from tracker.answers.answer import Answer
    from tracker.answers.shown.cells import plain
    from tracker.answers.shown.flat import separated
    from tracker.answers.shown.rows import Rows
    from tracker.api.copy import Copy, open
    from tracker.errors import TrackerError
    from tracker.registry.definitions import Definition

__all__ = [
    "Ancestors",
    "Answer",
    "Copy",
    "Definition",
    "Descendants",
    "Rows",
    "TrackerError",
    "open",
    "plain",
    "separated",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        {
            "tracker.answers.ancestry.above": "Ancestors",
            "tracker.answers.ancestry.below": "Descendants",
            "tracker.answers.answer": "Answer",
            "tracker.answers.shown.cells": "plain",
            "tracker.answers.shown.flat": "separated",
            "tracker.answers.shown.rows": "Rows",
            "tracker.api.copy": "Copy open",
            "tracker.errors": "TrackerError",
            "tracker.registry.definitions": "Definition",
        },
    )
