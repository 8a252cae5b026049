"""Options that commands share: where state lives, how much is said, and in which format rows are printed."""

from __future__ import annotations

import functools
import io
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from tracker import terminal
from tracker.cli import DATA_DIR
from tracker.errors import SettingsError, alike
from tracker.words import LOG_FORMATS

if TYPE_CHECKING:
    from tracker.api import Answer, Copy, Rows
    from tracker.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])
Within = Callable[[str | None, Mapping[str, Any]], AbstractContextManager[None]]

SPARK = "spark"
ENGINES = ("duckdb", SPARK)
MASTER = "local[2]"
FORMATS = ("table", "tsv", "csv", "json", "jsonl", "markdown", "parquet")
LINEAGE_FORMATS = ("tree", "dot", "cyclonedx")  # of `tracker lineage MODEL` alone
SUFFIXES = {".tsv": "tsv", ".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".md": "markdown", ".parquet": "parquet"}


@dataclass(frozen=True)
class Output:
    """How rows are printed: one of FORMATS, to a file or to stdout; `show_sql` or `cite`: that instead.

    A table has at most `rows` rows if given; else a terminal gets as many as people read. `is_bounded`: the question
    itself limits its rows. `has_rows`: the command has `--rows` for how many rows are shown.
    """

    format: str
    path: Path | None
    show_sql: bool
    quiet: bool
    cite: bool = False
    rows: int | None = None
    has_rows: bool = True
    is_bounded: bool = False

    @property
    def most_rows(self) -> int | None:
        """The most rows that a table shows; None for all."""
        if self.rows is None and self.path is None and not self.is_bounded and terminal.is_there():
            return terminal.ROWS_SHOWN
        return self.rows


def settings_options(
    command: Command, *, writes: bool = False, asks: bool = False, within: Within | None = None
) -> Command:
    """Add `--data-dir --registry -q -v --log-file --log-format` and hand the command a `settings` argument.

    `writes`: help shows the last two options, and a data set of the Hub is refused as the place. `asks`: help hides
    `--registry`, since a copy has its own. `within` is entered before settings are read, with the data folder that was
    named and the command's own options.
    """

    @click.option("--data-dir", metavar="PLACE", help=DATA_DIR)
    @click.option("--registry", "registry_dir", metavar="FOLDER", hidden=asks,
                  help="The curated registry [default: shipped].")  # fmt: skip
    @click.option("-q", "--quiet", is_flag=True, help="Say nothing but data and errors.")
    @click.option("-v", "--verbose", is_flag=True, help="Log what is done, on stderr.")
    @click.option("--log-file", metavar="FILE", hidden=not writes, help="Append every step to a file as well.")
    @click.option("--log-format", type=click.Choice(LOG_FORMATS), hidden=not writes,
                  help="Format of the log file [default: text]; json is one object a line.")  # fmt: skip
    @click.pass_context
    @functools.wraps(command)
    def wrapped(
        ctx: click.Context,
        /,
        *args: Any,
        data_dir: str | None,
        registry_dir: str | None,
        quiet: bool,
        verbose: bool,
        log_file: str | None,
        log_format: str | None,
        **kwargs: Any,
    ) -> Any:
        import logging

        from tracker import logs

        logs.to_stderr(logging.DEBUG if verbose else logging.ERROR if quiet else logging.WARNING)
        ctx.meta["tracker.quiet"] = quiet
        above = ctx.obj or {}
        flags = {
            "data_dir": above.get("data_dir") if data_dir is None else data_dir,
            "registry": above.get("registry") if registry_dir is None else registry_dir,
        }
        with within(flags["data_dir"], kwargs) if within else nullcontext():
            settings = _settings({**flags, "log_file": log_file, "log_format": log_format}, may_fetch=not writes)
            if settings.log_file is not None:
                logs.to_file(settings.log_file, settings.log_format)
            return command(*args, settings=settings, **kwargs)

    return wrapped  # type: ignore[return-value]


def asking_options(command: Command) -> Command:
    """Add what `settings_options` adds and `--as-of`, and hand the command `asked`, which opens the copy."""

    @click.option("--as-of", "as_of", type=Day(), help="Answer as of that day, from the copy of that day.")
    @functools.wraps(command)
    def wrapped(*args: Any, settings: Settings, as_of: date | None, **kwargs: Any) -> Any:
        return command(*args, asked=Asked(settings, as_of), **kwargs)

    return settings_options(wrapped, asks=True)  # type: ignore[return-value]


def engine_options(command: Command) -> Command:
    """Add `--engine --master`. Goes below `asking_options`, whose `asked` argument it hands on."""

    @click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default=ENGINES[0],
        show_default=True,
        help=f"What computes the answer, which is the same; --master URL says where Spark does [{MASTER}].",
    )
    @click.option("--master", metavar="URL", hidden=True)
    @functools.wraps(command)
    def wrapped(*args: Any, asked: Asked, engine: str, master: str | None, **kwargs: Any) -> Any:
        if master and engine != SPARK:
            raise SettingsError(f"--master {master} is where Spark runs; add --engine {SPARK}, or leave it out")
        spark = (master or MASTER) if engine == SPARK else None
        return command(*args, asked=replace(asked, spark=spark), **kwargs)

    return wrapped  # type: ignore[return-value]


@dataclass(frozen=True)
class Asked:
    """Which copy a question is put to: that of a data folder, the newest or as of a day; or an export.

    `spark` is the master where Spark answers; None: duckdb does.
    """

    settings: Settings
    as_of: date | None
    spark: str | None = None

    def open(self, **options: Any) -> Copy:
        """Open the copy; `options` are those of Copy."""
        from tracker.api import Copy

        return Copy(self.settings, as_of=self.as_of, spark=self.spark, **options)


def answer(copy: Copy, then: date | None, ask: Callable[[Copy], Answer]) -> Answer:
    """Return the answer of a copy, beside the answer of the day `then` if one is given."""
    return ask(copy) if then is None else copy.then(then, ask)


def question(*, is_cited: bool = True, has_engines: bool = False) -> Callable[[Command], Command]:
    """Return a decorator that turns a question (a function from a copy to rows) into a command: open, ask, print.

    It adds what `asking_options` adds, `cite_option` if the rows can be cited, and `engine_options`.
    """

    def make(ask: Command) -> Command:
        @functools.wraps(ask)
        def command(*args: Any, asked: Asked, output: Output, **kwargs: Any) -> None:
            from tracker.cli.output import emit

            with asked.open() as copy:
                found = ask(copy, *args, **kwargs)
            emit(found, output)

        answering: Any = asks(ask)(command)
        answering = cite_option(answering) if is_cited else answering
        return asking_options(engine_options(answering) if has_engines else answering)  # type: ignore[no-any-return]

    return make


def asks(ask: Callable[..., Rows]) -> Callable[[Command], Command]:
    """Return a decorator that stores the question on its command, so that servers can ask it without a command line."""

    def note(command: Command) -> Command:
        vars(command)["ask"] = ask
        return command

    return note


def folder_options(command: Command, within: Within | None = None) -> Command:
    """Add what `settings_options` adds, for a command that needs a data folder: an export or a data set is refused."""

    @functools.wraps(command)
    def wrapped(*args: Any, settings: Settings, **kwargs: Any) -> Any:
        from tracker.settings import require_client

        require_client()
        from tracker.api import operate

        operate.require_data_folder(settings)
        return command(*args, settings=settings, **kwargs)

    return settings_options(wrapped, writes=True, within=within)  # type: ignore[return-value]


def then_option(command: Command) -> Command:
    """Add `--then`, for a series."""
    text = "Show beside each value what was said on that day, and the difference."
    return click.option("--then", type=Day(), help=text)(command)


def reason_option(command: Command) -> Command:
    """Add `--reason`, for a command that may change published figures."""
    text = "Your reason; `restatements` shows it beside the figures that change."
    return click.option("--reason", metavar="TEXT", callback=_in_words, help=text)(command)


def _in_words(ctx: click.Context, param: click.Parameter, given: str | None) -> str | None:
    """Return a text that is safe in any table, page and feed; None for an empty one."""
    return " ".join(terminal.clean(given).split()) or None if given else None


def attempt_options(command: Command) -> Command:
    """Add what `folder_options` adds, for a command that collects: it records in `runs` how the command ended."""
    return folder_options(command, _traced)


def _traced(named: str | None, options: Mapping[str, Any]) -> AbstractContextManager[None]:
    from tracker import settings

    settings.require_client()
    from tracker.api import operate

    source, scope, day = options.get("source", "hub_models"), options.get("scope"), options.get("day")
    return operate.traced(settings.data_dir(named), source, scope=scope, day=day)


def output_options(command: Command) -> Command:
    """Add `--format --json --output --show-sql --rows` and hand the command an `output` argument.

    Goes above `settings_options`, whose `-q` it reads.
    """
    return _with_rows(_with_output(command, FORMATS, "table"))


def tree_options(command: Command) -> Command:
    """Add what `output_options` adds and LINEAGE_FORMATS: a terminal gets a tree unless rows are asked for."""
    return _with_rows(_with_output(command, (*FORMATS, *LINEAGE_FORMATS), "tree"))


def series_options(command: Command) -> Command:
    """Add what `output_options` adds except `--rows`; the command has a `--rows` of its own that counts things."""
    return _with_output(command, FORMATS, "table", has_rows=False)


def ranking_options(command: Command) -> Command:
    """Add what `output_options` adds except `--rows`; the command's own `--rows` limits the question."""
    return _with_output(command, FORMATS, "table", has_rows=False, is_bounded=True)


def _with_rows(command: Command) -> Command:
    text = f"Show at most N rows of a table [default: {terminal.ROWS_SHOWN} on a terminal, else all]."
    return click.option("--rows", "most", type=click.IntRange(min=1), metavar="N", help=text)(command)


def _with_output(command: Command, formats: tuple[str, ...], shown: str, **kind: bool) -> Command:
    @click.option(
        "--format",
        "format_name",
        type=_Format(formats),
        help=f"--json is short for json.  [default: {shown}; tsv when piped]",
    )
    @click.option("--json", "as_json", is_flag=True, hidden=True)
    @click.option("-o", "--output", "path", type=Place(dir_okay=False), help="Write to a file.")
    @click.option("--show-sql", is_flag=True, help="Print the SQL that answers the question, and stop.")
    @functools.wraps(command)
    def wrapped(
        *args: Any,
        format_name: str | None,
        as_json: bool,
        path: Path | None,
        show_sql: bool,
        most: int | None = None,
        **kwargs: Any,
    ) -> Any:
        chosen = "json" if as_json else format_name or _format_for(path, shown)
        if chosen == "parquet" and path is None:
            raise SettingsError("parquet is binary: name a file with --output FILE.parquet")
        quiet = bool(click.get_current_context().params.get("quiet"))
        return command(*args, output=Output(chosen, path, show_sql, quiet, rows=most, **kind), **kwargs)

    return wrapped  # type: ignore[return-value]


def cite_option(command: Command) -> Command:
    """Add `--cite`. Goes below `output_options`, whose `output` argument it hands on."""

    @click.option("--cite", "is_cited", is_flag=True, help="Print what can be quoted, or why nothing should be.")
    @functools.wraps(command)
    def wrapped(*args: Any, output: Output, is_cited: bool, **kwargs: Any) -> Any:
        return command(*args, output=replace(output, cite=is_cited), **kwargs)

    return wrapped  # type: ignore[return-value]


def rows_option(*flags: str, default: int, help: str) -> Callable[[Command], Command]:
    """Return the option `--rows`: the most rows to show, at least one."""
    number = click.IntRange(min=1)
    return click.option(*flags, type=number, default=default, show_default=True, metavar="N", help=help)


def given(name: str) -> bytes:
    """Return the bytes of a file or pipe that the user names, or of stdin for `-`."""
    from tracker import disk

    try:
        return _stdin() if name == "-" else disk.read_given(Path(name))
    except OSError as error:
        raise SettingsError(f"cannot read {name}: {disk.told(error)}") from error


def _stdin() -> bytes:
    """Return all of stdin, which may have been replaced by a text stream."""
    return sys.stdin.read().encode() if isinstance(sys.stdin, io.StringIO) else sys.stdin.buffer.read()


def given_text(name: str) -> str:
    """Return the same as UTF-8 text."""
    try:
        return given(name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = "stdin" if name == "-" else name
        raise SettingsError(f"{place} is no UTF-8 text at byte {error.start:,}; save it as UTF-8") from error


class _Format(click.Choice[str]):
    """One of the formats of a command; the error tells a format of another command from an unknown word."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value in LINEAGE_FORMATS and value not in self.choices:
            self.fail(
                f"{value} is a format of `tracker lineage MODEL` alone; use {', '.join(self.choices)}", param, ctx
            )
        return super().convert(value, param, ctx)


class Place(click.Path):
    """A file or folder that a command writes; an empty name, as of an unset variable, is refused."""

    def __init__(self, *, file_okay: bool = True, dir_okay: bool = True) -> None:
        super().__init__(file_okay=file_okay, dir_okay=dir_okay, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; fail for an empty name."""
        if not str(value):
            self.fail("it is empty; write the name of a file or folder, or . for the folder you are in", param, ctx)
        return super().convert(value, param, ctx)


class FolderOrStore(Place):
    """A folder that a command writes, or the address of a place in an object store, as a text."""

    name = "DIR|URL"

    def __init__(self) -> None:
        super().__init__(file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a path, or the address as text; fail for an address of another kind."""
        scheme, is_address, _ = str(value).partition("://")
        if not is_address:
            return super().convert(value, param, ctx)
        if scheme != "s3":
            self.fail(f"{value} is of a kind that is not known; write a folder, or s3://BUCKET/PREFIX", param, ctx)
        return str(value)


class Day(click.ParamType[date]):
    """A calendar day, YYYY-MM-DD; if `of_month` is given, a month is accepted too and it returns the month's day."""

    name = "YYYY-MM-DD"

    def __init__(self, of_month: Literal["first", "last"] | None = None) -> None:
        self._of_month = of_month

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day; fail for anything else."""
        from tracker import dates

        try:
            if self._of_month is None:
                return dates.day(value)
            return dates.first_of(value) if self._of_month == "first" else dates.last_of(value)
        except SettingsError as error:
            self.fail(str(error), param, ctx)


class Month(click.ParamType[date]):
    """A month, YYYY-MM."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the first day of the month; fail for anything else."""
        from tracker import dates

        try:
            return dates.month(value)
        except SettingsError as error:
            self.fail(str(error), param, ctx)


class Words(click.ParamType[str]):
    """One or two words of a closed list with a comma between them; `aliases` are other words for some."""

    name = "WORD[,WORD]"

    def __init__(self, known: Iterable[str], aliases: Mapping[str, str] | None = None) -> None:
        self.known, self.aliases = list(known), aliases or {}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the words in their known spelling; fail for an unknown word, for three words, or for one twice."""
        words = [word.strip().lower().replace("-", "_") for word in str(value).split(",")]
        words = [self.aliases.get(word, word) for word in words]
        for word in words:
            if word not in self.known:
                close = alike(word, self.known)
                hint = f"did you mean {' or '.join(close)}?" if close else f"use one of {', '.join(self.known)}"
                self.fail(f"{word!r}: {hint}", param, ctx)
        return ",".join(words)


def _format_for(path: Path | None, shown: str) -> str:
    if path is not None:
        return SUFFIXES.get(path.suffix.lower(), "tsv")
    return shown if terminal.is_there() else "tsv"


def _settings(flags: dict[str, Any], *, may_fetch: bool) -> Settings:
    from tracker import settings

    return settings.load(flags, fetch=_fetched if may_fetch else None)


def _fetched(chosen: Settings) -> Path:
    from tracker.api.copy import fetched

    return fetched(chosen)
