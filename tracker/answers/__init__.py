"""Answers: questions to the published copy, and everything that is needed to defend the reply.

Each function takes the published handle (and nothing else that is alive) and returns an `Answer`.

May import: disk, errors, findings, flow, graph, measures, registry, scope, table, terminal, words.
"""

from typing import TYPE_CHECKING

from tracker import later

if TYPE_CHECKING:
    from tracker.answers.answer import Answer
    from tracker.answers.asking import ask
    from tracker.answers.comparison import compare
    from tracker.answers.counted.totals import Axes
    from tracker.answers.differences import diff
    from tracker.answers.measured import measure
    from tracker.answers.rankings import top
    from tracker.answers.reach.histories import history
    from tracker.answers.restated.listed import restatements
    from tracker.answers.restated.then import then_and_now
    from tracker.answers.shares import share
    from tracker.answers.shown.rows import Rows
    from tracker.answers.trends import trend

__all__ = [
    "Answer",
    "Axes",
    "Rows",
    "ask",
    "compare",
    "diff",
    "history",
    "measure",
    "restatements",
    "share",
    "then_and_now",
    "top",
    "trend",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        {
            "tracker.answers.answer": "Answer",
            "tracker.answers.asking": "ask",
            "tracker.answers.comparison": "compare",
            "tracker.answers.counted.totals": "Axes",
            "tracker.answers.differences": "diff",
            "tracker.answers.reach.histories": "history",
            "tracker.answers.restated.listed": "restatements",
            "tracker.answers.restated.then": "then_and_now",
            "tracker.answers.measured": "measure",
            "tracker.answers.rankings": "top",
            "tracker.answers.shares": "share",
            "tracker.answers.shown.rows": "Rows",
            "tracker.answers.trends": "trend",
        },
    )
