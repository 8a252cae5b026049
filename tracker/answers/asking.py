"""Questions as data: `{"measure": "trend", "of": "countries", "every": "month"}`, as charts declare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tracker.answers import crossings
from tracker.answers.ancestry import descendants
from tracker.answers.answer import Answer
from tracker.answers.comparison import compare
from tracker.answers.counted.totals import Axes
from tracker.answers.measured import measure
from tracker.answers.rankings import top
from tracker.answers.shares import share
from tracker.answers.trends import trend
from tracker.registry.definitions import Definition

if TYPE_CHECKING:
    from tracker.store import Published


def ask(published: Published, definition: Definition, question: Mapping[str, Any]) -> Answer:
    """Answer a question: `measure` is its name, everything else its parameters.

    `share`, its `crossings`, `trend` and `top` are asked under the definition, with the parameters of these functions
    and of `Axes`. `compare` is asked under all definitions. `descendants` takes a `model` by any present or former
    name. Any other measure takes the parameters that its header declares, and no definition.
    """
    asked = dict(question)
    name = asked.pop("measure")
    if name in _UNDER_A_DEFINITION:
        return _UNDER_A_DEFINITION[name](published, definition, **asked)
    return measure(published, name, asked)


def _along_axes(answer: Callable[..., Answer]) -> Callable[..., Answer]:
    """Return `trend` or `top` with the fields of `Axes` among its parameters."""

    def asked(published: Published, definition: Definition, *, of: str, by: str, **others: Any) -> Answer:
        axes = {name: others.pop(name) for name in ("country", "flow") if name in others}
        return answer(published, definition, Axes(of, by, **axes), **others)

    return asked


def _compare(published: Published, definition: Definition, **others: Any) -> Answer:
    """Return `compare` of all definitions; the chosen one is ignored."""
    return compare(published, published.definitions().values(), **others)


def _descendants(published: Published, definition: Definition, *, model: str) -> Answer:
    """Return what is built on a model; this does not depend on the definition."""
    return descendants(published, model)


_UNDER_A_DEFINITION: Mapping[str, Callable[..., Answer]] = {
    "share": share,
    "crossings": crossings.of_shares,
    "compare": _compare,
    "trend": _along_axes(trend),
    "top": _along_axes(top),
    "descendants": _descendants,
}
