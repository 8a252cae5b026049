"""One published copy, open for questions."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

from tracker import answers, dates, settings, store
from tracker.errors import NothingPublished, SettingsError
from tracker.registry import definitions
from tracker.registry.definitions import Definition
from tracker.settings import Settings
from tracker.store import copies
from tracker.store.read import DEFAULT_TIMEOUT_SECONDS, SnapshotFacts
from tracker.words import RATING, TOKENS, several

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from tracker.answers import Answer, Rows
    from tracker.answers.ancestry import Ancestors, Descendants
    from tracker.answers.measured import Measure
    from tracker.answers.provenance.saved import Saved
    from tracker.answers.provenance.verify import Verified
    from tracker.claims import Ledger

Names = str | Iterable[str]  # one name or some; none: all
When = str | date | None
List = str | Path | Iterable[str] | None  # a file of model ids, or the ids themselves
SPARK_TIMEOUT_SECONDS = 3600.0  # questions to a cluster are large


class Switches(TypedDict, total=False):
    """Single choices of a definition, changed; the words are those of `data/registry/definitions.csv`.

    `list` is the models that some definitions count: a file (one id a line, or a CSV with a column modelId or
    model_id), or the ids themselves. `include` counts inferred lineage as well. None: as the definition has it.
    """

    universe: str | None
    edge: str | None
    relations: str | None
    credit: str | None
    mirrors: str | None
    two_origin: str | None
    own_organization: str | None
    removed: str | None
    min_downloads: int | str | None
    counter: str | None
    denominator: str | None
    listed: str | None
    time_axis: str | None
    counts: str | None
    inferred: str | None
    include: Literal["inferred"] | None
    list: List


class Opening(TypedDict):
    """What one question may take."""

    memory_limit: str
    threads: int
    timeout_seconds: float


def open(
    data_dir: str | Path | None = None,
    *,
    registry: str | Path | None = None,
    timeout: float | None = None,
    as_of: When = None,
    spark: str | SparkSession | None = None,
) -> Copy:
    """Open the newest published copy of a data folder (None: the folder that the settings name, else ./data).

    `data_dir` may also be an export (the file or folder that `tracker export` wrote), a data set that `tracker
    publish-dataset` put on the Hub (`hf://datasets/OWNER/NAME@revision`: a night's day, a branch, a commit; without
    one the newest), or the newest export in an object store (`s3://BUCKET/PREFIX`). Each gives the same rows and ids.
    Files of the Hub and of a store are downloaded once, checked, and kept in a cache.

    `registry` is the curated registry (None: the one that ships with the package). `timeout` is the number of seconds
    that one question may take (None: 60, or 3600 on Spark). `as_of` opens the last copy that was published by that day,
    with its names, definitions and numbers. `spark` is a session of Spark, or the URL of its master, that computes the
    same answers. Raises NothingPublished if the folder does not exist, nothing was published in it by then, or that
    copy is no longer kept.
    """
    chosen = settings.load({"data_dir": data_dir, "registry": registry}, fetch=fetched)
    return Copy(chosen, timeout=timeout, as_of=_day(as_of), spark=spark)


def fetched(chosen: Settings) -> Path:
    """Return the folder with the files of the data set or export that the settings name; download missing ones."""
    if (chosen.data_set or "").startswith(settings.IN_A_STORE):
        from tracker.handover import objects

        return objects.fetched(chosen.data_set or "")
    settings.require_client()
    from tracker.handover import hub

    return hub.fetched(chosen)


def standing(chosen: Settings) -> tuple[object, ...]:
    """Return a key that changes when a newer copy is published where these settings point; () if there is none."""
    return copies.standing(chosen.data_dir)


class Copy:
    """One published copy, open for questions; each answer carries its definition, coverage, date and SQL.

    It keeps reading the generation that was newest when it was opened; call `tracker.open` again for the newest one.
    Close it, or leave a `with` block, when it is no longer needed.

    Parameters that several questions share: `only` is one or several names that limit the rows, not the denominator.
    Case does not matter, and a country may be a code or an English name. `of_all` asks for all models of the Hub, and
    raises SettingsError if the nights cover only a part of it. A month is `2026-10` or a date, a day `2026-10-31` or
    a date. `definition` is a name from the registry, also with changes (`default+credit=full`), or a Definition;
    further keywords change single choices (see Switches).
    """

    def __init__(
        self,
        chosen: Settings,
        *,
        timeout: float | None = None,
        as_of: date | None = None,
        generation: int | None = None,
        published: store.Published | None = None,
        spark: str | SparkSession | None = None,
    ) -> None:
        """Open a copy of the folder of these settings, or wrap one that is open already (`published`)."""
        usual = SPARK_TIMEOUT_SECONDS if spark else DEFAULT_TIMEOUT_SECONDS
        seconds = settings.seconds("timeout", usual if timeout is None else timeout)
        if chosen.data_set and as_of:
            name, is_tagged = chosen.data_set.partition("@")[0], not chosen.data_set.startswith(settings.IN_A_STORE)
            hint = f"; ask {name}@{as_of}, where that night was published" if is_tagged else ""
            raise SettingsError(f"{chosen.data_set} is one copy, with nothing that was said before{hint}")
        self.registry = chosen.registry
        self._chosen = chosen
        door = ExitStack()
        limits: Opening = {"memory_limit": chosen.memory_limit, "threads": chosen.threads, "timeout_seconds": seconds}
        self._limits = limits
        if spark:
            from tracker.handover import spark as on_spark

            spark = door.enter_context(on_spark.session(spark)) if isinstance(spark, str) else spark
        self.published = published or door.enter_context(
            store.open_published(chosen.data_dir, as_of=as_of, generation=generation, **limits)
        )
        self._spark = spark
        if spark:
            self.published = door.enter_context(on_spark.asked(self.published, spark, seconds))
        self._beside: Copy | None = None  # the copy of an earlier day that `then` asks
        self._door = door
        self._close = weakref.finalize(self, door.close)  # at the latest when the process ends
        self.data_dir = chosen.data_dir
        self.facts: SnapshotFacts = self.published.facts()

    def close(self) -> None:
        """Close the copy; a question after that raises StoreError."""
        self._close()

    @contextmanager
    def cursor(self, *, timeout: float, memory: int, answer: int, beside: str) -> Iterator[Copy]:
        """Open the same copy once more within this process, so that it is asked and stopped apart from others.

        `timeout` is the seconds that a question may take, `memory` the bytes that foreign SQL may take, `answer` the
        bytes of its rows. `beside` is the memory_limit of the copy of an earlier day that is asked at the same time.
        """
        chosen = replace(self._chosen, memory_limit=beside, threads=1)
        with self.published.cursor(timeout, memory, answer) as published:
            yield Copy(chosen, timeout=timeout, published=published)

    def stop(self, why: str) -> None:
        """Stop the running question from another thread; it raises TooMuch with `why`. Repeat until it has ended."""
        for published in (self.published, self._beside and self._beside.published):
            if published:
                published.stop(why)

    def __enter__(self) -> Copy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        facts = self.facts
        held = f"{several(facts.models, 'model')}, {several(facts.nights, 'night')}"
        about = f"{facts.snapshot_date}, scope {facts.scope}, {held}"
        return f"<tracker.Copy {self._chosen.data_set or self.data_dir} generation {facts.generation}: {about}>"

    def share(
        self,
        only: Names = (),
        *,
        by: Names | None = None,
        month: When = None,
        first: When = None,
        to: When = None,
        where: Names = (),
        publisher: str | None = None,
        robust: bool = False,
        rows: int | None = None,
        crossings: bool = False,
        definition: str | Definition = "default",
        of_all: bool = False,
        **switches: Unpack[Switches],
    ) -> Answer:
        """Return the monthly share of new derivatives by what they are built on.

        One row per month and group: derivatives, share, low, high, n. `by` is family, line, developer,
        origin_country, publisher_country, ... or two of them (None: the definition's own). Months run from `first`
        (None: the last whole one) to `to` (None: the running one); `month` asks for one. `where` filters the models
        that are counted (`publisher_country=US`, `family=Qwen`), `publisher` keeps those built on that publisher's
        models, `robust` leaves out bulk uploads (one account, thousands of models within days). `rows` is the number
        of largest groups of each month. `crossings` returns who led and who passed whom over all whole months
        instead.
        """
        rule, models = self._rule(definition, switches)
        groups = ",".join(_names(by)) if by else None
        if groups and switches.get("listed"):
            rule = rule.override(group_by=groups)
        if month and (first or to):
            raise SettingsError("--month is one month; leave --from and --to out, or --month")
        until = month or to
        asked: dict[str, Any] = {
            "by": groups,
            "first": _month(month or first),
            "until": dates.last_day(dates.month(until)) if until else None,
            "only": _names(only),
            "where": [*_narrowed(where, "built_on", publisher), *(["upload=singly"] if robust else [])],
            "models": models,
            "of_all": of_all,
        }
        if crossings:
            from tracker.answers import crossings as told

            return told.of_shares(self.published, rule, rows=rows or told.ROWS, **asked)
        return answers.share(self.published, rule, rows=rows, **asked)

    def compare(self, only: Names = (), *, by: str = "family", month: When = None, of_all: bool = False) -> Answer:
        """Return one month (None: the last whole one) under every definition: a column of shares each, and `spread`."""
        return answers.compare(
            self.published, self.definitions().values(), by=by, month=_month(month), only=_names(only), of_all=of_all
        )

    def trend(
        self,
        only: Names = (),
        *,
        by: str = "downloads",
        of: Names | None = None,
        country: str = "origin",
        where: Names = (),
        publisher: str | None = None,
        first: When = None,
        to: When = None,
        every: str = "night",
        flow: bool = False,
        settled: bool = False,
        robust: bool = False,
        since_release: bool = False,
        crossings: bool = False,
        rows: int = 10,
        definition: str | Definition = "default",
        of_all: bool = False,
        **switches: Unpack[Switches],
    ) -> Answer:
        """Return downloads, likes or derivatives over the nights from `first` (None: a year back) to `to`, or months.

        With `by` "tokens" it returns tokens of OpenRouter by day, week or month (`every`), with every denominator;
        see `answers.signals.tokens`.

        One row per night, or last night of each month (`every`), and group: `value`. `flow` returns the downloads
        between nights instead, with days, flag and what is left out; `settled` spreads a value that covers several
        days over them; `robust` leaves out one-day bursts. `of` is families, lines, developers, models, publishers,
        countries, tasks, libraries, licenses, license_classes, sizes, or two of them (None: families; with
        `publisher` its models). `where` filters what is summed. `rows` is the number of largest models, publishers or
        pairs. `since_release` aligns families, lines or models on their release. `crossings` returns who led and who
        passed whom instead.
        """
        if by == TOKENS:
            given = {"flow": flow, "settled": settled, "robust": robust, "since_release": since_release}
            _refuse_for_signals(by, given | {"crossings": crossings, "publisher": publisher, **switches}, definition)
            from tracker.answers import signals

            return signals.tokens(
                self.published, of=_one_list(of), country=country, only=_names(only), where=_names(where), rows=rows,
                first=dates.first_of(first) if first else None, until=dates.last_of(to) if to else None, every=every,
            )  # fmt: skip
        rule, models = self._rule(definition, switches)
        axes = answers.Axes(_lists(of, publisher), by, country, flow)
        asked: dict[str, Any] = {
            "first": dates.first_of(first) if first else None,
            "until": dates.last_of(to) if to else None,
            "every": every,
            "only": _names(only),
            "where": _narrowed(where, "built_on" if by == "derivatives" else "publisher", publisher),
            "rows": rows,
            "models": models,
            "of_all": of_all,
        }
        if crossings and since_release:
            raise SettingsError("crossings are told by night, not by day since release; ask one of the two")
        if crossings:
            from tracker.answers import crossings as told

            return told.of_totals(self.published, rule, axes, **asked)
        return answers.trend(
            self.published, rule, axes, since_release=since_release, settled=settled, robust=robust, **asked
        )

    def top(
        self,
        only: Names = (),
        *,
        by: str = "downloads",
        of: Names | None = None,
        country: str = "origin",
        where: Names = (),
        publisher: str | None = None,
        rows: int = 20,
        definition: str | Definition = "default",
        of_all: bool = False,
        **switches: Unpack[Switches],
    ) -> Answer:
        """Return the largest of the latest night: rank, value, change in 30 days and the new derivatives on them.

        `of`, `where` and `publisher` are those of `trend`. With `by` "tokens" it ranks by tokens of the newest seven
        days, with "rating" by the newest boards, each board separately.
        """
        if by in (TOKENS, RATING):
            _refuse_for_signals(by, {"publisher": publisher, **switches}, definition)
            from tracker.answers import signals

            asked: dict[str, Any] = {"of": _one_list(of), "only": _names(only), "where": _names(where), "rows": rows}
            if by == RATING:
                return signals.ratings(self.published, **asked)
            return signals.tokens(self.published, country=country, every="window", **asked)
        rule, models = self._rule(definition, switches)
        return answers.top(
            self.published,
            rule,
            answers.Axes(_lists(of, publisher), by, country),
            only=_names(only),
            where=_narrowed(where, "built_on" if by == "derivatives" else "publisher", publisher),
            rows=rows,
            models=models,
            of_all=of_all,
        )

    def diff(self, first: When = None, to: When = None, *, week: bool = False, rows: int = 10) -> Answer:
        """Return what changed between two nights, at most `rows` of each kind of change, with changes of rank.

        `week` compares the newest night with the one a week before.
        """
        return answers.diff(self.published, _day(first), _day(to), week=week, rows=rows)

    def restatements(
        self,
        *,
        restated_as: str | None = None,
        figure: str | None = None,
        family: str | None = None,
        month: When = None,
        since: When = None,
    ) -> Answer:
        """Return the published figures that were changed later, the newest change first, each with class and reason.

        `restated_as` is a class: source, routine, method or correction. `figure` is a name of `restatements` or its
        beginning, `family` a family or a country, `month` the month of the figures, `since` the first day of copies.
        """
        return answers.restatements(
            self.published, restated_as=restated_as, figure=figure, family=family, month=_month(month),
            since=_day(since),
        )  # fmt: skip

    def then(self, day: When, ask: Callable[[Copy], Answer], *, first: int | None = None) -> Answer:
        """Return a question as it was answered on a day beside the answer of this copy, with the difference.

        `ask` asks a copy the question, with its months or days named: `copy.then("2026-11-01", lambda each:
        each.share(month="2026-10"))`. Each value has the columns `<name>_then`, `<name>` and `<name>_change`; `only`
        says which side alone has a row. `first` limits a ranking to rows that are or were among the first N. Raises
        NothingPublished if nothing was published by then.
        """
        with Copy(self._chosen, timeout=self._limits["timeout_seconds"], as_of=_day(day), spark=self._spark) as earlier:
            self._beside = earlier
            return answers.then_and_now(ask(earlier), ask(self), first)

    def history(self) -> Answer:
        """Return what covers which days, by source and scope, holes, what was refused, and how far sources agree."""
        return answers.history(self.published)

    @overload
    def lineage(
        self, model: str, *, down: Literal[False] = False, variant: str = "default", limit: int = 20
    ) -> Ancestors: ...
    @overload
    def lineage(self, model: str, *, down: Literal[True], variant: str = "default", limit: int = 20) -> Descendants: ...
    @overload
    def lineage(
        self, model: str, *, down: bool, variant: str = "default", limit: int = 20
    ) -> Ancestors | Descendants: ...
    def lineage(
        self, model: str, *, down: bool = False, variant: str = "default", limit: int = 20
    ) -> Ancestors | Descendants:
        """Return where a model comes from, one row a root, or (`down`) what is built on it, one row a descendant.

        `model` is any present or former name of a model, or a name that models give as their parent. `variant` is
        default, as_uploaded, teacher or inferred. It is shown as a tree with at most `limit` derivatives of each
        model. Raises UnknownName.
        """
        from tracker.answers import ancestry

        if down:
            return ancestry.descendants(self.published, model, variant=variant, limit=limit)
        return ancestry.ancestors(self.published, model, variant=variant)

    def bill(self, model: str, *, variant: str = "default") -> dict[str, Any]:
        """Return where a model comes from as a CycloneDX 1.6 bill of materials, as JSON has it. Raises UnknownName."""
        from tracker.answers import ancestry

        return ancestry.cyclonedx(self.published, model, variant=variant)

    def publisher(self, name: str, *, variant: str = "default", limit: int = 20) -> Answer:
        """Return a publisher's models and what is built on them, by whom and where; at most `limit` rows of each kind.

        `name` is a namespace, or an organization with all its namespaces. Each model is counted once.
        """
        from tracker.answers import ancestry

        return ancestry.publisher(self.published, name, variant=variant, rows=limit)

    def measure(self, name: str, /, **parameters: Any) -> Answer:
        """Return the rows of a measure; its parameters are values, or their text. `measures()` lists both."""
        return answers.measure(self.published, name, parameters)

    @staticmethod
    def measures(name: str | None = None) -> Rows:
        """Return name, title, grain, unit of every measure and how it is asked, or the parameters of one."""
        from tracker.answers import measured

        return measured.listed() if name is None else measured.described(name)

    @staticmethod
    def about_measure(name: str) -> Measure:
        """Return what a measure counts, per what, in which unit, of what, and its parameters."""
        from tracker.answers import measured

        return measured.about(name)

    def claims(self, ids: Names = (), *, fit: str | None = None, list: List = None) -> Ledger:
        """Return published figures beside ours, each judged, with the reason; all of them unless `ids` are named.

        `verdict` is reproduced, within band or differs if the rule is published; possible or impossible if it is not,
        and `ours` is then the range of all readings; cannot if this copy cannot compute it. Each of `points` has
        `ours`, `distance` in its `unit`, `definition`, `coverage` and `sql`, and the same of the `lowest` and
        `highest` reading. `.statement` is the SQL of all figures. `fit` ranks the definitions that come closest to
        one claim instead.
        """
        return self._judge(self.published, _names(ids), fit, _models(list))

    def _judge(
        self, published: store.Published, ids: tuple[str, ...], fit: str | None, models: Sequence[str]
    ) -> Ledger:
        from tracker import claims
        from tracker.registry.claims import find

        known, rules = claims.load(self.registry), published.definitions()
        if fit:
            return claims.fit(published, find(known, fit), rules, models=models)
        chosen = [find(known, each) for each in ids] or known
        return claims.evaluate(published, chosen, rules, models=models)

    def sql(self, query: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run one SELECT, sealed and read-only; `$name` in it stands for the parameter of that name.

        It runs in a process of its own, which is killed when the question takes too long or exceeds `memory_limit`.
        Raises QueryRefused then, for anything but a SELECT, and for a mistake in the SQL.
        """
        return answers.Rows.of(self.published.foreign(query, parameters), self.published.render(query, parameters))

    def told(self, query: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run one SELECT as `sql` does, without polars: for programs that only print rows. `.frame` still works."""
        return answers.Rows(self.published.foreign_table(query, parameters), self.published.render(query, parameters))

    def mount(self, spark: SparkSession, scratch: str | Path | None = None) -> list[str]:
        """Register all tables, views and functions of this copy on a session of Spark, and return their names.

        `spark` is your session, of one machine or of a cluster. Afterwards `spark.table("lineage")` and
        `spark.sql("select * from models")` work, with the names, columns and types that `tracker schema` lists. Spark
        reads the files that the copy names in place. Tables that exist only in its database file are written into
        `scratch` (None: a temporary folder of this machine). All workers must be able to read both. The views last
        until this copy is closed. Raises TrackerError if the extra `spark` is not installed.
        """
        from tracker.handover import spark as on_spark

        place = Path(scratch) if scratch else None
        return self._door.enter_context(on_spark.mount(spark, self.published, place)).everything()

    def spark_sql(self, query: str) -> Rows:
        """Run one query in Spark's own SQL on the session that this copy was opened with (`open(spark=...)`).

        Raises QueryRefused for anything but a query and for a mistake in it, TooMuch if it exceeds the time limit.
        """
        from tracker.handover.spark import asking

        return answers.Rows.of(asking.own(self.published, query), query)

    def verify(self, answer: str | bytes | Path | Mapping[str, Any]) -> Verified:
        """Ask a saved answer again and return what differs; it asks the copy that the answer came from if that is kept.

        `answer` is a file, its bytes, or the result of `as_json`. Raises SettingsError if it is no answer, and
        TrackerError if its question was changed after it was written.
        """
        from tracker.answers.provenance.saved import read
        from tracker.answers.provenance.verify import Others, verify

        saved = read(answer)
        with ExitStack() as stack:
            others = Others(self._judge_again, lambda number: self._generation(number, stack))
            return verify(self._made_from(saved, stack), saved, others)

    def _judge_again(self, published: store.Published, saved: Saved) -> Ledger:
        claim = saved.parameters.get("claim")
        ids, models = (_texts(saved.parameters.get(name)) for name in ("claims", "list"))
        return self._judge(published, ids, str(claim) if claim else None, models)

    def _made_from(self, saved: Saved, stack: ExitStack) -> store.Published:
        """Return the copy that an answer was made from; this copy if that one is not kept."""
        generation = saved.about.get("generation")
        if saved.copy_id == self.facts.copy_id or not isinstance(generation, int):
            return self.published
        try:
            kept = self._generation(generation, stack)
        except NothingPublished:
            return self.published
        return kept if kept.facts().copy_id == saved.copy_id else self.published

    def _generation(self, number: int, stack: ExitStack) -> store.Published:
        """Return the copy of a generation. Raises NothingPublished if it is not kept."""
        return stack.enter_context(store.open_published(self.data_dir, generation=number, **self._limits))

    def sources(self) -> Rows:
        """Return one row per source: licence, use rights, address, last run and success, age in hours, when it is due.

        Raises SettingsError for an export or a data set: these do not hold the state of their sources.
        """
        from tracker.api import operate

        operate.require_data_folder(self._chosen)
        return operate.sources(self._chosen)

    def schema(self, table: str | None = None) -> Rows:
        """Return table, column, type and meaning of every published column, or of one table's."""
        return answers.Rows.of(
            self.published.schema(table), notes=(self.facts.left_out,) if self.facts.left_out else ()
        )

    def definitions(self) -> Mapping[str, Definition]:
        """Return this copy's definitions by name: every rule that a question can be asked under."""
        return self.published.definitions()

    def definition(self, definition: str | Definition) -> Definition:
        """Return a definition of this copy by name, or with changes: `default+credit=full`."""
        return definition if isinstance(definition, Definition) else definitions.find(self.definitions(), definition)

    def _rule(self, definition: str | Definition, switches: Switches) -> tuple[Definition, tuple[str, ...]]:
        """Return the definition with its switches, and the models of its list."""
        rule = self.definition(definition)
        # in one order, so that a rule has one name however it is asked for
        known = dict.fromkeys(definitions.PARAMETERS) | dict(switches)
        changes = {name: value for name, value in known.items() if name != "list" and value is not None}
        if changes.pop("include", None):
            changes["inferred"] = "in"
        return rule.override(**changes), _models(switches.get("list"))


def _texts(found: object) -> tuple[str, ...]:
    """Return a list of texts from a file that anyone may have written."""
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _names(only: Names) -> tuple[str, ...]:
    return (only,) if isinstance(only, str) else tuple(only)


def _lists(of: Names | None, publisher: str | None) -> str:
    return ",".join(_names(of)) if of else "models" if publisher else "families"


def _one_list(of: Names | None) -> str | None:
    return ",".join(_names(of)) if of else None


def _refuse_for_signals(by: str, given: Mapping[str, Any], definition: str | Definition) -> None:
    """Raise SettingsError for options that hold only for the Hub's models."""
    taken = [name for name, value in given.items() if value]
    if taken or definition != "default":
        what = ", ".join(taken) or "a definition"
        raise SettingsError(f"{what} chooses among the Hub's models; {by} are another source's, ask them without it")


def _narrowed(where: Names, column: str, publisher: str | None) -> tuple[str, ...]:
    return (*_names(where), *([f"{column}={publisher}"] if publisher else ()))


def _models(chosen: List) -> tuple[str, ...]:
    if isinstance(chosen, str | Path):
        return tuple(definitions.read_list(Path(chosen)))
    return tuple(chosen or ())


def _month(value: When) -> date | None:
    return dates.month(value) if value else None


def _day(value: When) -> date | None:
    return dates.day(value) if value else None
