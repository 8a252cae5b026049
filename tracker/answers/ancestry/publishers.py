"""A publisher's view: its models, and what is built on them, however far, by whom and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker import measures
from tracker.answers import names
from tracker.answers.ancestry import asked
from tracker.answers.answer import Answer, answered
from tracker.answers.reach import cover
from tracker.answers.shown.trees import LIMIT

if TYPE_CHECKING:
    from tracker.store import Published


def publisher(published: Published, name: str, *, variant: str = "default", rows: int = LIMIT) -> Answer:
    """Return one row for all of a publisher's models together, per model, and per publisher and country of derivatives.

    `kind` (all, model, by publisher, by country), `of_kind` (how many rows of that kind there are), `name`, `family`
    (of a model, by its own name), `derivatives` (models built on it, directly or through others), `direct`,
    `downloads_30d`. At most `rows` of each kind, those with most derivatives first. `name` is a namespace, or an
    organization with all of its namespaces. Raises UnknownName.
    """
    asked.check_variant(variant)
    spaces = names.namespaces(published, [name])
    bound = {f"publisher_{number}": each for number, each in enumerate(spaces, 1)}
    sql = measures.fill(measures.load("publisher").sql, {"publishers": ", ".join(f"${each}" for each in bound)})
    shown = spaces[0] if len(spaces) == 1 else name
    values = {**bound, "name": shown, "variant": variant, "rows": rows}
    covered = cover.of_nights(published)
    return answered(
        published,
        "publisher",
        sql,
        values,
        parameters={"publisher": shown, "namespaces": list(spaces), "variant": variant, "rows": rows},
        scope=covered.name,
        denominator="" if covered.is_full else f"the models {covered.of_models}",
        notes=("each derivative counts once, whatever part of its credit comes from there", *covered.notes()),
    )
