"""The command line: a thin skin. Each command reads its options, calls one library function and prints.

Command modules import nothing heavy at the top: `tracker --help` must answer at once.

May import: api, dates, disk, errors, files, logs, serve, serve.asked, settings, terminal, words.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import io
import os
import re
import signal
import sys
import threading
from collections.abc import Mapping
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from tracker import __version__, terminal
from tracker.cli import stdout
from tracker.errors import Interrupted, StoreError, nearest, redact, run

if TYPE_CHECKING:
    from pathlib import Path

DATA_DIR = (
    "Where all state lives; to ask, also an export, hf://datasets/OWNER/NAME or s3://BUCKET/PREFIX "
    "[default: ./data, or TRACKER_DATA_DIR]."
)

WIDEST = 100  # columns of help

# command -> the module of tracker.cli.commands that holds it under the same name, and its help in short, which stands
# here as well so that `tracker --help` imports none of them
COMMANDS: Mapping[str, tuple[str, str]] = {
    "update": ("nightly", "Do the nightly job: collect, load, resolve, publish."),
    "collect": ("nightly", "Land one snapshot of a source [default: the Hub's list]."),
    "load": ("nightly", "Load a landed run, resolve lineage and publish."),
    "resolve": ("nightly", "Trace all lineage again and restate all rollups."),
    "publish": ("nightly", "Publish the loaded state once more."),
    "backfill": ("sources", "Take nights of the past from a public archive."),
    "forget": ("safety", "Take a night out of the record."),
    "history": ("sources", "Say which days are covered, and by what."),
    "sources": ("sources", "List the sources: age, licence, use rights."),
    "status": ("health", "Say what was collected, what is missing, and how fresh."),
    "doctor": ("health", "Check settings, registry, folder, lock and copy."),
    "share": ("questions", "Monthly share of new derivatives by what they build on."),
    "trend": ("questions", "Downloads, likes or derivatives over the nights."),
    "top": ("questions", "The largest of the latest night, and 30 days of change."),
    "diff": ("questions", "What changed between two nights."),
    "measure": ("named", "Ask a measure by its name; without a name, list them."),
    "restatements": ("questions", "Published figures that changed later: how much, and why."),
    "lineage": ("lineage", "Say where a model comes from, or what is built on it."),
    "claims": ("named", "Judge published figures beside ours, and say why."),
    "verify": ("safety", "Ask a saved answer again and compare."),
    "sql": ("database", "Run one SELECT on the published copy, read-only."),
    "spark-sql": ("database", "Run one query on the published copy, with Spark."),
    "schema": ("database", "List tables and views, their columns, types and meaning."),
    "export": ("database", "Export everything as Parquet, one file or a data set."),
    "publish-dataset": ("database", "Put the data set on the Hub: one commit, one tag a night."),
    "backup": ("safety", "Copy the record and the database to another disk."),
    "restore": ("safety", "Put a backup into a new data folder and publish it."),
    "chart": ("pages", "Draw a chart; without a name, list the charts."),
    "report": ("pages", "Write the weekly report: what changed, and the charts."),
    "site": ("pages", "Write the site: pages of figures, families and claims."),
    "watch": ("watch", "Be told of removals, new models, overtaking."),
    "mcp": ("serving.mcp", "Answer assistants over MCP, on stdin and stdout."),
    "serve": ("serving.serve", "Answer over HTTP: read-only JSON, CSV and Arrow."),
    "registry": ("registry", "Check, measure and look up the curated facts."),
    "demo": ("demo", "Try everything offline, without a token, in a minute."),
}


class _Context(click.Context):
    """Help as wide as click makes it, which imports compressions to look how wide the terminal is."""

    def make_formatter(self) -> click.HelpFormatter:
        return click.HelpFormatter(width=max(min(terminal.width() or terminal.USUAL_WIDTH, WIDEST) - 2, 50))


class LazyGroup(click.Group):
    """A group whose commands are imported when they are named."""

    context_class = _Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands; none is imported."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where nothing is called so."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        found = getattr(importlib.import_module(f"tracker.cli.commands.{module}"), cmd_name.replace("-", "_"))
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command's summary as it stands beside its name; none is imported."""
        room = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            told = {name: click.Command(name, help=text) for name, (_, text) in COMMANDS.items()}
            formatter.write_dl([(name, each.get_short_help_str(room)) for name, each in told.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named; raise a usage error that has the nearest names."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            close = nearest(args[0], COMMANDS)
            hint = f"; did you mean {' or '.join(close)}?" if close else "; see tracker --help"
            raise click.UsageError(f"no command called {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST})
@click.version_option(__version__, prog_name="tracker")
@click.option("--data-dir", metavar="PLACE", help=DATA_DIR)
@click.option("--registry", "registry_dir", metavar="FOLDER", help="The curated registry [default: the one shipped].")
@click.pass_context
def cli(ctx: click.Context, data_dir: str | None, registry_dir: str | None) -> None:
    """Track which base models the Hugging Face Hub builds on, where they come from, and how that changes.

    \b
    Examples:
      tracker demo                        try everything offline, in a minute
      tracker update --scope top:20000    a first look at the live Hub
      tracker share --by family           the share of new derivatives, by month
    """
    ctx.obj = {"data_dir": data_dir, "registry": registry_dir}


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with the code that errors.py documents."""
    signal.signal(signal.SIGTERM, _on_sigterm)
    code = _run(arguments)
    if arguments is None:
        _end(code)
    sys.exit(code)


def _end(code: int) -> NoReturn:
    """End this process: what is to happen at its end happens, but nobody waits until all modules are taken apart.

    That takes a tenth of what a question costs.
    """
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as the interpreter does
    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with contextlib.suppress(OSError, ValueError):  # it is closed, or its reader has gone
            stream.flush()
    os._exit(code)


def _run(arguments: list[str] | None) -> int:
    stdout.prepare()
    named = _folder(sys.argv[1:] if arguments is None else arguments)
    told, folder = partial(with_folder, folder=named), partial(_kept, named)
    return run(partial(_called, arguments, named), told=told, folder=folder)


def _called(arguments: list[str] | None, named: str | None) -> object:
    """Run the command that was called, and say what is no error of ours and none of the code."""
    try:
        return cli.main(args=arguments, prog_name="tracker", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show(said := io.StringIO())
        click.echo(redact(said.getvalue()), err=True, nl=False)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; run the same command again to go on", err=True)
        return 130
    except BrokenPipeError:  # the reader of our output has gone (`tracker top | head`)
        stdout.abandon()
        return 0
    except OSError as error:  # of the machine, not of the code: one line, as of any other failure
        from tracker import disk
        from tracker.errors import unforeseen

        stdout.abandon()
        where = f"{error.filename}: " if error.filename else ""
        kept = unforeseen.kept(error, _kept(named))
        more = f"; its traceback is in {kept}" if kept else ""
        click.echo(redact(f"error: {where}{disk.told(error)}{more}"), err=True)
        return 1


def _kept(named: str | None) -> Path | None:
    """Return the data folder that keeps the traceback of an error; None where none can be told, or only a copy."""
    from tracker import files, settings

    folder = settings.data_dir(named)
    try:
        return None if folder is None or files.is_copy(folder) else folder
    except StoreError:
        return None


def with_folder(text: str, folder: str | None) -> str:
    """Return a text whose commands in backticks ask the folder that was named on the command line, if one was."""
    if folder is None:
        return text
    import shlex

    where = f" --data-dir {shlex.quote(folder)}"
    return re.sub(
        r"`(tracker [^`]+)`", lambda found: found[0] if "--data-dir" in found[1] else f"`{found[1]}{where}`", text
    )


def _folder(arguments: list[str]) -> str | None:
    for at, word in enumerate(arguments):
        name, separator, value = word.partition("=")
        if name == "--data-dir":
            return value if separator else next(iter(arguments[at + 1 :]), None)
    return None


def _on_sigterm(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Interrupted("stopped by SIGTERM; run the same command again to go on", exit_code=143)
