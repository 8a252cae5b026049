"""`tracker watch`: what somebody wants to be told of once a night shows it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import click

from tracker import logs
from tracker.cli.options import Output, folder_options, output_options
from tracker.errors import TrackerError

if TYPE_CHECKING:
    from tracker.settings import Settings

log = logging.getLogger(__name__)

KINDS = ("removed", "publisher", "derivatives_of", "overtakes", "share_of")
WINDOWS = ("day", "week", "month")


@click.group()
def watch() -> None:
    """Be told of removals, new models, overtaking.

    Watches are judged at the end of each nightly job, on whole and settled nights only. Each match is reported once:
    in the log, in the table watch_matches, in the feed <data-dir>/reports/watches.xml, and to one webhook
    (webhook_url in tracker.toml, or TRACKER_WEBHOOK_URL).

    \b
    Examples:
      tracker watch add --removed 'mistralai/*'
      tracker watch list
      tracker watch test
    """


@watch.command()
@click.option("--removed", metavar="PATTERN", help="Models of this name that are removed; * matches any letters.")
@click.option("--publisher", metavar="NAME", help="New models of this publisher.")
@click.option(
    "--derivatives-of", metavar="MODEL", help="Direct derivatives of this model, more than --over in the time of --per."
)
@click.option("--over", type=click.IntRange(min=0), metavar="N", help="Report more than this many.")
@click.option("--per", type=click.Choice(WINDOWS), help="Counted in 1, 7 or 30 whole days [default: week].")
@click.option("--overtakes", nargs=2, metavar="FAMILY OTHER", help="The first passes the other for good.")
@click.option("--share-of", metavar="FAMILY", help="Its share of new derivatives falls by --drops.")
@click.option("--drops", type=click.FloatRange(min=0, min_open=True, max=100), metavar="POINTS",
              help="Percentage points from one whole month to the next.")  # fmt: skip
@folder_options
def add(settings: Settings, over: int | None, per: str | None, drops: float | None, **kinds: Any) -> None:
    """Watch for one thing, from the newest night on.

    What is already the case is not reported. Shares are of whole months, and a change is reported only if bounds and
    chance allow it.

    \b
    Examples:
      tracker watch add --derivatives-of Qwen/Qwen3-8B --over 100 --per week
      tracker watch add --removed 'mistralai/*'
      tracker watch add --overtakes Llama Gemma
      tracker watch add --share-of Qwen --drops 2
      tracker watch add --publisher deepseek-ai
    """
    given = {kind: names for kind, names in kinds.items() if names}
    if len(given) != 1:
        flags = ", ".join(f"--{kind.replace('_', '-')}" for kind in KINDS)
        raise click.UsageError(f"name one thing to watch for, by one of {flags}")
    kind, names = next(iter(given.items()))
    _require_numbers(kind, over, per, drops)

    from tracker.api import watching

    asked = watching.Watch(
        kind.replace("_", "-"),
        (names,) if isinstance(names, str) else tuple(names),
        drops if over is None else float(over),
        (per or "week") if over is not None else None,
    )
    added, from_when = watching.add(settings, asked)
    click.echo(added.id)
    _note(f"watch {added.id} ({added.says}): {from_when}")


def _require_numbers(kind: str, over: int | None, per: str | None, drops: float | None) -> None:
    """Raise UsageError where a number is missing, or belongs to another kind."""
    of_derivatives, of_share = kind == "derivatives_of", kind == "share_of"
    if of_derivatives and over is None:
        raise click.UsageError("--derivatives-of needs --over N: more than how many derivatives is news")
    if of_share and drops is None:
        raise click.UsageError("--share-of needs --drops POINTS: by how many percentage points")
    if (over is not None or per) and not of_derivatives:
        raise click.UsageError("--over and --per go with --derivatives-of")
    if drops is not None and not of_share:
        raise click.UsageError("--drops goes with --share-of")


@watch.command(name="list")
@output_options
@folder_options
def list_watches(settings: Settings, output: Output) -> None:
    """List the watches, since when they count, and what they found.

    \b
    Example:
      tracker watch list
    """
    from tracker.api import watching
    from tracker.cli.output import emit

    emit(watching.listed(settings), output)


@watch.command()
@click.argument("id")
@folder_options
def remove(settings: Settings, id: str) -> None:
    """Stop watching; ID, or its beginning, is that of the list.

    Matches stay in watch_matches and in the feed.

    \b
    Example:
      tracker watch remove 2f375334
    """
    from tracker.api import watching

    removed = watching.remove(settings, id)
    _note(f"watch {removed.id} ({removed.says}) is removed")


@watch.command()
@click.argument("id", required=False)
@output_options
@folder_options
def test(settings: Settings, output: Output, id: str | None) -> None:
    """Say how what is watched is now, and send a test message.

    No match is recorded. Without a webhook nothing is sent. Exit code 1 if the webhook did not accept the message.

    \b
    Example:
      tracker watch test
    """
    from tracker.api import watching
    from tracker.cli.output import emit

    emit(watching.state(settings, id), output)
    if not settings.webhook_url:
        _note("no webhook is set (webhook_url), so nothing is sent")
        return
    problem = watching.send_test(settings)
    if problem:
        raise TrackerError(f"the webhook did not take a test message: {problem}")
    _note("the webhook took a test message")


def _note(line: str) -> None:
    logs.note(log, line)
    if not click.get_current_context().meta.get("tracker.quiet"):
        click.echo(line, err=True)
