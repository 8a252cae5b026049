"""What a chart is told beside its rows: of which copy they are, and how countries are drawn together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import polars as pl

from tracker.charts.look.colors import group_of

SYNTHETIC = "Synthetic demo data, not a finding."


class Asked(Protocol):
    """An answer as a chart sees it."""

    @property
    def frame(self) -> pl.DataFrame:
        """The rows."""
        ...

    @property
    def denominator(self) -> str:
        """What shares are of, as words; empty where nothing is divided."""
        ...

    @property
    def coverage(self) -> Mapping[str, float | None]:
        """`traced` and `unreviewed`, parts of 1."""
        ...

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What was asked, `scope` among it."""
        ...


def things(answer: Asked) -> str:
    """Return what the shares of an answer are of, as a sentence says it: new derivatives, or a part of them."""
    return answer.denominator.removeprefix("all ").replace(" of the month", "") or "new derivatives"


@dataclass(frozen=True)
class Facts:
    """The copy that was asked, and what was chosen of the look."""

    snapshot_date: date
    synthetic: bool = False
    definition: str = "default"  # empty: no definition decides the numbers
    version: int | None = None  # of the definition
    scope: str = "full"  # of the nights that the rows are made of
    models: int | None = None  # that the newest of these nights holds
    registry_version: str = ""
    origin_of: Mapping[str, str] = field(default_factory=dict)  # family -> origin country
    europe: frozenset[str] = frozenset()  # countries drawn as Europe
    country_of: Mapping[str, str] = field(default_factory=dict)  # ISO code -> English name
    log: bool = False  # a logarithmic axis, where the chart has one
    chosen: str = ""  # what a chart that CHOOSES is to be about; empty: it chooses itself
    archives: tuple[str, ...] = ()  # attribution and licence of each source of nights beside our own
    credits: tuple[str, ...] = ()  # the line of each other source that rows come from
    lacking: Mapping[str, str] = field(default_factory=dict)  # questions that this copy cannot answer -> why
    title: str = ""  # replaces the title that the data suggests

    @property
    def is_whole(self) -> bool:
        """Whether the rows are about the whole Hub."""
        return self.scope == "full"

    def origin(self, family: str) -> str:
        """Return the country group of a family."""
        return group_of(self.origin_of.get(family), self.europe)

    def source(self, traced: float | None) -> str:
        """Return where the data came from, when, how much of it is traced, under which rule."""
        polled = " (here: the loopback demo Hub)" if self.synthetic else ""
        past = f", and of the past {'; '.join(self.archives)}" if self.archives else ""
        others = "".join(f"; {each}" for each in self._credited)
        parts = [
            f"Source: Hugging Face Hub, polled nightly{polled}{past}{others}",
            f"snapshot {self.snapshot_date.isoformat()}",
        ]
        parts += [f"scope {self.scope}"] * (not self.is_whole)
        if traced is not None:
            parts.append(f"{traced:.1%}{'' if self.is_whole else ' of these'} traced")
        if "," in self.definition:
            parts.append("definitions as named")
        elif self.definition:
            parts.append(f"definition {self.definition}" + (f" v{self.version}" if self.version else ""))
        parts += [f"registry {self.registry_version}"] * bool(self.registry_version)
        return " · ".join(parts)

    def credited(self) -> str:
        """Return where rows came from that are of other sources than the Hub alone, in the words that they ask for."""
        parts = [f"Source: {'; '.join(self._credited)}", f"snapshot {self.snapshot_date.isoformat()}"]
        parts += [f"registry {self.registry_version}"] * bool(self.registry_version)
        return " · ".join(parts)

    @property
    def _credited(self) -> list[str]:
        """The lines of other sources, which may begin as a line of ours does."""
        return [each.removeprefix("Source: ") for each in self.credits]
