"""The public library: a published copy and what can be asked of it, and the stages and tools that work on a folder.

`tracker.open()` gives a `Copy`; each of its questions gives rows with everything that defends them. Beside it stand
`operate` (collect, load, resolve, publish, back up, export, is it well?), `curate` (the registry's own questions) and
`draw` (charts). Command line, jobs and notebooks use this room and nothing below it.

May import: answers, charts, claims, curation, dates, disk, errors, files, forgetting, health, landing, pages, pipeline,
registry, scope, settings, signals, sources, store, words.
"""

from tracker.answers import Answer, Rows
from tracker.answers.ancestry import Ancestors, Descendants
from tracker.answers.shown.cells import plain
from tracker.api.copy import Copy, open
from tracker.errors import TrackerError
from tracker.registry.definitions import Definition

__all__ = ["Ancestors", "Answer", "Copy", "Definition", "Descendants", "Rows", "TrackerError", "open", "plain"]
