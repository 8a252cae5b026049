"""The command line: a thin skin. Each command reads its options, calls one library function and prints.

Command modules import nothing heavy at the top: `tracker --help` must answer at once.

May import: api, dates, disk, errors, files, logs, settings, terminal, words.
"""

from __future__ import annotations

import importlib
import io
import re
import shlex
import signal
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from tracker import __version__
from tracker.cli import stdout
from tracker.cli.options import DATA_DIR
from tracker.errors import Interrupted, StoreError, nearest, redact, run, unforeseen

_COMMAND = re.compile(r"`(tracker [^`]+)`")

# command -> module inside tracker.cli that holds it under the same name
COMMANDS: Mapping[str, str] = {
    "update": "nightly",
    "collect": "nightly",
    "load": "nightly",
    "resolve": "nightly",
    "publish": "nightly",
    "forget": "safety",
    "sources": "sources",
    "status": "health",
    "doctor": "health",
    "share": "questions",
    "trend": "questions",
    "top": "questions",
    "diff": "questions",
    "measure": "measure",
    "lineage": "lineage",
    "claims": "claims",
    "verify": "safety",
    "sql": "database",
    "schema": "database",
    "export": "database",
    "backup": "safety",
    "restore": "safety",
    "chart": "pages",
    "report": "pages",
    "registry": "registry",
    "demo": "demo",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        found = getattr(importlib.import_module(f"tracker.cli.commands.{module}"), cmd_name)
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            close = nearest(args[0], COMMANDS)
            hint = f"; did you mean {' or '.join(close)}?" if close else "; see tracker --help"
            raise click.UsageError(f"no command called {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
    sys.exit(_run(arguments))


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
    where = f" --data-dir {shlex.quote(folder)}"
    return _COMMAND.sub(lambda found: found[0] if "--data-dir" in found[1] else f"`{found[1]}{where}`", text)


def _folder(arguments: list[str]) -> str | None:
    for at, word in enumerate(arguments):
        name, separator, value = word.partition("=")
        if name == "--data-dir":
            return value if separator else next(iter(arguments[at + 1 :]), None)
    return None


def _on_sigterm(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Interrupted("stopped by SIGTERM; run the same command again to go on", exit_code=143)
