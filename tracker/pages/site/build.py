"""The whole site of one copy: which names have pages, what is drawn, and every file by its path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from tracker import charts
from tracker.charts.forms import months as monthly
from tracker.charts.forms.hues import NAMELESS
from tracker.errors import TooMuch, TrackerError
from tracker.pages.drawing import Drawing, Studio
from tracker.pages.report import content
from tracker.pages.report.content import Content
from tracker.pages.site.addresses import Addresses
from tracker.pages.site.asking import Desk, Source

MONTHS = 36  # of shares, as charts show them
ALL = 100_000  # rows: more than there are families, developers or countries
NO_NAMES = frozenset(NAMELESS) | {"unknown", "unreviewed"}
NOTED_PUBLISHERS = 60


@dataclass(frozen=True)
class Options:
    """What is chosen of a site: its address, how many models have pages, whether PNG and PDF are drawn, a licence."""

    base_url: str = ""
    models: int = 5000
    pictures: bool = True
    freeze: bool = False  # whether a frozen version of this copy is added
    license: str = ""  # address of the licence of figures and text


@dataclass(frozen=True)
class File:
    """A file of the site: its content, or what makes it from a `basis` whose like gives the same bytes."""

    path: str
    content: bytes = b""
    make: Callable[[], bytes] | None = None
    basis: str = ""
    is_kept: bool = False  # it stays when later builds no longer have it


@dataclass
class Site:
    """One copy as pages see it: its questions, its names with their addresses, its figures."""

    studio: Studio
    options: Options
    published_at: str  # when the copy was published, RFC 3339
    notes: Sequence[Mapping[str, Any]] = ()  # of the reports that the folder keeps
    reports: Mapping[str, bytes] = field(default_factory=dict)  # week -> its page as it was written
    former_families: Mapping[str, Sequence[str]] = field(default_factory=dict)  # name -> those that have its place
    former_developers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _drawn: dict[str, Drawing | None] = field(default_factory=dict)

    @cached_property
    def desk(self) -> Desk:
        """What asks."""
        return Desk(self.studio)

    @cached_property
    def facts(self) -> Any:
        """The facts of the copy."""
        return self.studio.published.facts()

    @property
    def is_whole(self) -> bool:
        """Whether the copy is about the whole Hub."""
        return bool(self.facts.scope == "full")

    @cached_property
    def content(self) -> Content:
        """The report of the newest week."""
        return content.of_week(self.studio)

    @cached_property
    def month(self) -> str:
        """The last whole month with enough models to say something, YYYY-MM."""
        answer = self.studio.ask({"measure": "share", "by": "family", "months": MONTHS})
        return monthly.read(answer.frame, self.studio.facts(answer), MONTHS).last

    @cached_property
    def months(self) -> list[str]:
        """The months of small lines: the whole ones that charts draw, in order."""
        answer = self.studio.ask({"measure": "share", "by": "family", "months": MONTHS})
        return monthly.read(answer.frame, self.studio.facts(answer), MONTHS).whole

    def shares(self, by: str) -> Source:
        """Return the shares of the last whole month; no rows where there is none yet."""
        if not self.month:
            return replace(self.desk.ask("share", by=by, months=MONTHS), rows=(), coverage={})
        return self.desk.month(by, self.month)

    def course(self, by: str, name: str) -> list[float | None]:
        """Return a name's share in each month of small lines."""
        return [self._courses(by).get((name, month)) for month in self.months]

    def _courses(self, by: str) -> Mapping[tuple[str, str], float]:
        known: dict[str, Mapping[tuple[str, str], float]] = self.__dict__.setdefault("_by", {})
        if by not in known:
            rows = self.desk.ask("share", by=by, months=MONTHS).rows
            known[by] = {(row[by], row["month"]): row["share"] for row in rows if row["share"] is not None}
        return known[by]

    def ranked(self, of: str, by: str) -> Source:
        """Return all names of a list by what is counted on the newest night."""
        return self.desk.ask("top", of=of, by=by, rows=NOTED_PUBLISHERS if of == "publishers" else ALL)

    def named(self, of: str, column: str, by: str = "derivatives") -> list[str]:
        """Return the names of a list that anything is counted for, the largest first."""
        return [row[column] for row in self.ranked(of, by).rows if row[column] and row[column] not in NO_NAMES]

    @cached_property
    def families(self) -> Addresses:
        """The families that have pages: whatever is built on one, or is downloaded."""
        return Addresses.of(
            "families", {*self.named("families", "family"), *self.named("families", "family", "downloads")}
        )

    @cached_property
    def countries(self) -> Addresses:
        """The countries of origin that have pages."""
        return Addresses.of("countries", self.named("countries", "origin_country"))

    @cached_property
    def developers(self) -> Addresses:
        """The developers that have pages: those of families with one."""
        return Addresses.of("developers", self.named("developers", "developer"))

    @cached_property
    def publishers(self) -> Addresses:
        """The publishers that have pages: those that most is built on, and those whose models are downloaded most."""
        return Addresses.of(
            "publishers", {*self.named("publishers", "publisher"), *self.named("publishers", "publisher", "downloads")}
        )

    @cached_property
    def brands(self) -> Mapping[str, Mapping[str, Any]]:
        """Family -> what the registry says of it."""
        return {row["line"]: row for row in self.brand_rows.rows}

    @cached_property
    def brand_rows(self) -> Source:
        """What the registry says of families."""
        return self.desk.sql(
            "select line, developer, country, modality, first_release, weights_line, weights_family, license_class"
            " from families where line = family order by line"
        )

    @cached_property
    def country_of(self) -> Mapping[str, str]:
        """ISO code -> English name."""
        rows = self.studio.published.table("select country, name from countries order by country").dicts()
        return {row["country"]: row["name"] for row in rows}

    def figure(self, name: str) -> Drawing | None:
        """Return a chart of the copy; None where there is none of that name, or it has nothing to show."""
        if name not in self._drawn:
            held = {section.name: section.drawing for section in self.content.sections}
            self._drawn[name] = held.get(name) or self.drawing(name)
        return self._drawn[name]

    def drawing(self, name: str, only: str = "") -> Drawing | None:
        """Return a chart, or that of one name; None where it has nothing to show."""
        if name not in charts.names():
            return None
        try:
            return self.studio.draw(charts.find(name), {"only": (only,)} if only else None)
        except TooMuch:
            raise
        except TrackerError:  # it has no rows, or asks for what this copy lacks
            return None

    def every_figure(self) -> Iterator[tuple[str, Drawing]]:
        """Yield all charts that show something, by name."""
        for name in charts.names():
            if drawing := self.figure(name):
                yield name, drawing

    @property
    def address(self) -> str:
        """The site's address with a slash at its end; empty where none is known."""
        return f"{self.options.base_url.rstrip('/')}/" if self.options.base_url else ""
