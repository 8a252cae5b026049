"""What the loopback Hub serves: a population of models, night by night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol, runtime_checkable


class Ecosystem(Protocol):
    """The models of a Hub on a few virtual nights.

    `lines(night)` yields one JSON object a model, as an item of the Hub's model list with every
    expand field that this ecosystem knows (`_id` first, then `id`; what is absent is left out,
    never null). The order does not matter, and each `_id` occurs once a night. Lines are served
    byte for byte where a request asks for all fields that a line holds.

    `renames(night)` maps an old name to the present one, for all renames up to that night.
    """

    @property
    def synthetic(self) -> bool:
        """Whether the models are made up. Every response then says `X-Demo-Data: synthetic`."""
        ...

    @property
    def nights(self) -> Sequence[date]:
        """The virtual days, ascending."""
        ...

    def lines(self, night: date) -> Iterator[bytes]:
        """Yield one list item a model, as JSON bytes without a line end."""
        ...

    def renames(self, night: date) -> Mapping[str, str]:
        """Return old name -> present name."""
        ...


@runtime_checkable
class KnowsTruth(Protocol):
    """An ecosystem that planted what a tracker should find."""

    def truth_lines(self, night: date) -> Iterator[bytes]:
        """Yield the truth about the models of a night as JSON lines."""
        ...
