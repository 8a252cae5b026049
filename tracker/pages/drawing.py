"""Answer a chart's questions, draw it with everything that defends its numbers, and write it with its data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import answers, charts, disk, files
from tracker.answers import Answer, names
from tracker.answers.ancestry.foreseen import foresee
from tracker.answers.provenance.about import credits_of
from tracker.charts import Chart, Facts, Figure
from tracker.charts.look import sheet
from tracker.claims.desk import Desk as ClaimsDesk
from tracker.errors import SettingsError, StoreError, TrackerError
from tracker.findings.nights.covering import NIGHTLY
from tracker.pages import ledger
from tracker.registry.definitions import Definition
from tracker.words import COUNTERS, THEMES

if TYPE_CHECKING:
    from tracker.store import Published


CLAIMS = "claims"  # a question that the ledger answers: no measure has its rows


class NothingToDraw(TrackerError):
    """The question of a chart has no rows in this copy; the message says why."""


@dataclass(frozen=True)
class Drawing:
    """A figure and the answers that it draws, the first the one that its numbers are of; `facts` are its own."""

    figure: Figure
    asked: Mapping[str, Answer]
    facts: Facts

    @property
    def answer(self) -> Answer:
        """The first answer."""
        return next(iter(self.asked.values()))

    @property
    def title(self) -> str:
        """What the figure states, or shows."""
        return self.figure.title

    def save(self, path: Path, theme: str = "light", size: str = "web") -> Path:
        """Write the figure as .svg, .png or .pdf, or its data as .csv; the same figure gives the same bytes."""
        content = self.content(path.suffix.lower(), theme, size)
        try:
            files.write(path, content)
        except OSError as error:
            raise StoreError(f"cannot write {path}: {disk.told(error)}") from error
        return path

    def content(self, suffix: str, theme: str = "light", size: str = "web") -> bytes:
        """Return what `save` writes."""
        return sheet.render(self.figure, suffix, theme, size)


class Studio:
    """Draws charts of one copy; a question that several of them ask is asked once."""

    def __init__(self, published: Published, definition: Definition, registry: Path | None = None) -> None:
        self.published, self.definition, self.registry = published, definition, registry
        self._asked: dict[str, Answer] = {}
        self._sizes: dict[str, int] = {}

    def draw(
        self, chart: Chart, options: Mapping[str, Any] | None = None, *, log: bool = False, title: str = ""
    ) -> Drawing:
        """Return a chart; `options` replace parameters of its questions. Raises NothingToDraw where it has no rows."""
        if log and not charts.has_log(chart):
            raise SettingsError(f"this chart has no axis that could be logarithmic: {chart.TITLE}")
        chosen, options = self._chosen(chart, options or {})
        asked, lacking = self._ask_all(_with(chart, options), charts.may_lack(chart))
        first = next(iter(asked.values()))
        if all(answer.frame.is_empty() for answer in (asked.values() if charts.may_lack(chart) else [first])):
            raise NothingToDraw(f"nothing to draw: {next(iter(first.notes), chart.TITLE)}")
        facts = replace(self.facts(first), log=log, chosen=chosen, title=title)
        asked |= {name: self.ask(question) for name, question in charts.more(chart)(asked, facts).items()}
        first = next(iter(asked.values()))
        facts = replace(self.facts(first), log=log, chosen=chosen, title=title)
        facts = replace(facts, credits=_credits(asked.values()), lacking=lacking)
        figure = chart.draw(asked, facts)
        source = figure.source or facts.source(first.coverage.get("traced"))
        return Drawing(replace(figure, source=source), asked, facts)

    def _chosen(self, chart: Chart, options: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return the one name that the chart is to be about, empty where it chooses itself, and the other options."""
        column, others = charts.chooses(chart), dict(options)
        given = tuple(others.pop("only", ())) if column else ()
        if len(given) > 1:
            raise SettingsError(f"this chart is about one {column.replace('_', ' ')}; give --only once: {chart.TITLE}")
        if column != "model":  # a question about a model finds it by all names that it had
            given = names.resolve(self.published, column, given)
            names.check(self.published, column, given, ())
        return "".join(given), others

    def _ask_all(
        self, questions: Mapping[str, Mapping[str, Any]], may_lack: bool
    ) -> tuple[dict[str, Answer], dict[str, str]]:
        """Return the answers, and why the copy has none to those that the chart can do without."""
        asked, lacking = {}, {}
        for name, question in questions.items():
            try:
                asked[name] = self.ask(question)
            except SettingsError as error:
                if not may_lack:
                    raise
                lacking[name] = str(error)
        return asked, lacking

    def ask(self, question: Mapping[str, Any]) -> Answer:
        """Return the answer to a question."""
        key = repr(sorted(question.items(), key=lambda each: each[0]))
        if key not in self._asked:
            self._asked[key] = self._answer(question)
        return self._asked[key]

    def foresee(self, models: Sequence[str]) -> None:
        """Ask at once what the trees of several models will ask of each."""
        foresee(self.published, models)

    def _answer(self, question: Mapping[str, Any]) -> Answer:
        if question["measure"] == CLAIMS:
            return ledger.published_shares(self.published, self.registry, self.claims)
        return answers.ask(self.published, self.definition, question)

    @cached_property
    def claims(self) -> ClaimsDesk:
        """What the ledger has been asked of this copy."""
        return ClaimsDesk(self.published)

    @cached_property
    def _countries(self) -> tuple[dict[str, str], frozenset[str], dict[str, str]]:
        families = self.published.query("select family, country from families where line = family")
        countries = self.published.query("select country, name, region from countries").rows()
        europe = frozenset(country for country, _, region in countries if region == "Europe")
        return dict(families.iter_rows()), europe, {country: name for country, name, _ in countries}

    def facts(self, answer: Answer) -> Facts:
        """Return what a chart is told of the copy, as of the last night that an answer counts."""
        copy = self.published.facts()
        until = answer.parameters.get("to", answer.parameters.get("until"))
        origin_of, europe, country_of = self._countries
        scope = answer.parameters["scope"]
        return Facts(
            snapshot_date=min(until, copy.snapshot_date) if isinstance(until, date) else copy.snapshot_date,
            synthetic=copy.synthetic,
            definition=answer.definition,
            version=answer.parameters.get("version"),
            scope=scope,
            models=self._models(scope),
            registry_version=copy.registry_version or "",
            origin_of=origin_of,
            europe=europe,
            country_of=country_of,
            archives=tuple(
                f"{each.attribution or each.name} ({each.licence})"
                for each in copy.sources
                if each.of_nights and each.name != NIGHTLY
            ),
        )

    def _models(self, scope: str) -> int:
        """Return how many models the newest night of a scope holds."""
        if scope not in self._sizes:
            sql = "select coalesce(max_by(models, snapshot_date), 0) as models from nights where scope = $scope"
            self._sizes[scope] = int(self.published.table(sql, {"scope": scope})["models"][0])
        return self._sizes[scope]


def _credits(asked: Iterable[Answer]) -> tuple[str, ...]:
    """Return the line of each source beside the Hub that any of the answers has rows of."""
    held = [answer for answer in asked if not answer.frame.is_empty()]
    return tuple(dict.fromkeys(line for answer in held for line in credits_of(answer.facts, answer.sql)))


def draw_all(
    published: Published,
    definition: Definition,
    folder: Path,
    themes: Sequence[str] = THEMES,
    registry: Path | None = None,
) -> list[Path]:
    """Draw every chart that has rows as SVG and PNG, its rows beside it as CSV; return the files written."""
    studio, written = Studio(published, definition, registry), []
    for name in charts.names():
        try:
            drawing = studio.draw(charts.find(name))
        except (NothingToDraw, SettingsError):  # it has no rows, or asks for what this copy was published before
            continue
        for theme in themes:
            stem = name if theme == "light" else f"{name}-{theme}"
            written += [drawing.save(folder / f"{stem}{suffix}", theme) for suffix in (".svg", ".png")]
        written.append(drawing.save(folder / f"{name}.csv"))
    return written


# which questions take an option: what they call it
_TAKEN: Mapping[str, frozenset[str]] = {
    "share": frozenset({"by", "first", "until", "only", "where"}),
    "trend": frozenset({"by", "of", "first", "until", "only", "where", "since_release"}),
    "evidence": frozenset({"first", "until"}),
    "root_sizes": frozenset({"first", "until"}),
    "shifts": frozenset({"until"}),
    "vintages": frozenset({"month"}),
    "top": frozenset({"by", "of", "only", "where"}),
    "launch": frozenset({"only"}),
    "concentration_by_month": frozenset({"first"}),
    "base_switches": frozenset({"first", "until"}),
    "gguf_uptake": frozenset({"until"}),
    "tokens_by_origin": frozenset({"first", "until"}),
    "best_open": frozenset({"first"}),
}

_IN_ONE_TEXT = {"launch": "names"}  # a measure that takes names as one parameter -> what it calls them


def _with(chart: Chart, options: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the chart's questions with options that replace their parameters; raise for one that none takes."""
    given = {name: value for name, value in options.items() if value not in (None, (), False)}
    asked, used = {}, set()
    for name, question in chart.ASKS.items():
        takes = _TAKEN.get(question["measure"], frozenset()) - charts.keeps(chart)
        taken = {each: value for each, value in given.items() if each in takes and _fits(question, each, value)}
        used |= set(taken)
        if question["measure"] in _IN_ONE_TEXT and "only" in taken:
            taken[_IN_ONE_TEXT[question["measure"]]] = ",".join(taken.pop("only"))
        asked[name] = {**question, **taken}
        if "first" in taken:
            asked[name].pop("months", None)
    if spare := sorted(set(given) - used):
        names = ", ".join(f"--{_FLAGS.get(each, each).replace('_', '-')}" for each in spare)
        raise SettingsError(f"this chart takes no {names}: {chart.TITLE}")
    return asked


def _fits(question: Mapping[str, Any], option: str, value: Any) -> bool:
    """Say whether an option means this question: `--by` groups a share, and says what a trend counts."""
    return option != "by" or (value in COUNTERS) == (question["measure"] in ("trend", "top"))


_FLAGS = {"first": "from", "until": "to"}
