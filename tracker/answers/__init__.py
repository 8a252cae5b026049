"""Answers: a question to the published copy, and all that is needed to defend what comes back.

Each function takes the published handle (and nothing else that is alive) and returns an `Answer`.

May import: disk, errors, findings, graph, measures, registry, scope, table, terminal, words.
"""

from tracker.answers import crossings
from tracker.answers.answer import Answer
from tracker.answers.ask import ask
from tracker.answers.compare import compare
from tracker.answers.counted.totals import Axes
from tracker.answers.diff import diff
from tracker.answers.measure import measure
from tracker.answers.share import share
from tracker.answers.shown.rows import Rows
from tracker.answers.top import top
from tracker.answers.trend import trend

__all__ = ["Answer", "Axes", "Rows", "ask", "compare", "crossings", "diff", "measure", "share", "top", "trend"]
