"""What other sources than the Hub say that moved since the last report, each sentence with the answer of its number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tracker.answers import Answer
from tracker.charts.look.numbers import day
from tracker.errors import TrackerError
from tracker.findings.elsewhere import moved
from tracker.findings.sentence import Sentence
from tracker.pages.drawing import Studio

_ANY = ("arena", "epoch_eci")
_DATED = ("arena",)  # whose boards of then are kept as they were; an index is refitted


def news(studio: Studio, monday: date, until: date) -> Iterator[tuple[Sentence, Answer]]:
    """Yield what moved by a night; nothing for a source that the copy has no rows of."""
    is_newest = until == studio.published.facts().snapshot_date
    if tokens := _asked(studio, "tokens_by_origin", until=until):
        for sentence in moved.of_tokens(tokens.table.dicts(), monday, studio.facts(tokens).country_of, day):
            yield sentence, tokens
    if best := _asked(studio, "best_open"):
        names = studio.facts(best).country_of
        for sentence in moved.of_ratings(best.table.dicts(), monday, until, names, _ANY if is_newest else _DATED):
            yield sentence, best


def _asked(studio: Studio, measure: str, **given: date) -> Answer | None:
    try:
        return studio.ask({"measure": measure, **given})
    except TrackerError:  # the copy is older than the source, or an export that leaves its rows out
        return None
