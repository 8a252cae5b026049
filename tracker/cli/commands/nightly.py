"""The nightly job and its stages: update, collect, load, resolve, publish."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker import logs
from tracker.cli.options import Day, attempt_options, folder_options, reason_option
from tracker.errors import SettingsError

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from tracker.api.operate import Due, LandedRun, Night
    from tracker.scope import Scope
    from tracker.settings import Settings

date_option = click.option("--date", "day", type=Day(), help="Day of the night [default: the Hub's own, UTC].")
scope_option = click.option("--scope", help="full, top:N or publisher:NAME [default: full, or TRACKER_SCOPE].")
resume_option = click.option("--resume/--no-resume", default=True, help="Resume a walk that was interrupted.")
force_option = click.option(
    "--force", is_flag=True, help="Load a night that a gate refuses, or a day that is not the Hub's; look at it first."
)


@click.command()
@date_option
@scope_option
@resume_option
@force_option
@click.option("--if-due", is_flag=True, help="Do nothing if the night is published, or before 10:00 UTC; for cron.")
@reason_option
@attempt_options
def update(
    settings: Settings, day: date | None, scope: str | None, resume: bool, force: bool, if_due: bool,
    reason: str | None,
) -> None:  # fmt: skip
    """Do the nightly job: collect, load, resolve, publish.

    A second run for the same date gives the same tables. Exit code 3: a gate refused the snapshot, or --date is not
    the Hub's day. Exit code 75: another run holds the lock.

    \b
    Examples:
      tracker update
      tracker update --scope top:20000
      tracker update --if-due
    """
    from tracker.api import operate, watching
    from tracker.cli.progress import walking
    from tracker.scope import Scope

    chosen = Scope.parse(scope or settings.scope)
    if if_due:
        owed = _owed(settings, chosen, day)
        if owed.why_not:
            watching.after_night(settings)  # what a kill or a sink has left
            return
        day = owed.snapshot_date
    with walking() as progress:
        done = operate.update(
            settings, scope=chosen, snapshot_date=day, resume=resume, force=force, reason=reason, progress=progress
        )
    _note(summary_line(done))


@click.command()
@click.argument("source", default="hub_models")
@date_option
@scope_option
@resume_option
@click.option(
    "--force",
    is_flag=True,
    help="Save what a gate of the source refuses, or of the Hub another day than its own; look first.",
)
@click.option("--if-due", is_flag=True, help="Do nothing if the source is not due yet; for cron.")
@attempt_options
def collect(
    settings: Settings, source: str, day: date | None, scope: str | None, resume: bool, force: bool, if_due: bool
) -> None:
    """Land one snapshot of a source [default: the Hub's list].

    A snapshot of the Hub is landed and not loaded: `tracker load` does that. Rows of another source are judged and
    saved; `tracker publish` shows them.

    \b
    Examples:
      tracker collect --scope publisher:Qwen
      tracker collect hub_models --if-due
    """
    from tracker.api import operate

    if not operate.is_signal(source):
        _collect_the_hub(settings, day, scope, resume, force, if_due)
        return
    if scope is not None:
        raise SettingsError(f"--scope is about the Hub's list; source {source} has no parts")
    if if_due:
        done = operate.collect_source_if_due(settings, source)
        _note(f"{source}: {'collected' if done else 'not due; nothing to do'}")
        return
    landed = operate.collect_source(settings, source, day=day, force=force)
    _note(landed_line(landed))
    click.echo(landed.folder)


def _collect_the_hub(
    settings: Settings, day: date | None, scope: str | None, resume: bool, force: bool, if_due: bool
) -> None:
    from tracker.api import operate
    from tracker.cli.progress import walking
    from tracker.scope import Scope

    chosen = Scope.parse(scope or settings.scope)
    if if_due:
        owed = _owed(settings, chosen, day)
        if owed.why_not:
            return
        day = owed.snapshot_date
    options: dict[str, Any] = {"snapshot_date": day, "resume": resume, "force": force}
    with walking() as progress:
        landed = operate.collect(settings, scope=chosen, progress=progress, **options)
    _note(collected_line(landed))
    click.echo(landed.folder)


def _owed(settings: Settings, scope: Scope, day: date | None) -> Due:
    """Return what is owed, and say why where it is nothing."""
    from tracker.api import operate

    owed = operate.due(settings, scope=scope, meant=day)
    if owed.why_not:
        _note(owed.why_not)
    return owed


@click.command()
@date_option
@click.option("--run", "run_id", help="The landed run to load [default: the newest complete one].")
@force_option
@reason_option
@folder_options
def load(settings: Settings, day: date | None, run_id: str | None, force: bool, reason: str | None) -> None:
    """Load a landed run, resolve lineage and publish.

    The Hub is asked only to confirm that models have disappeared.

    \b
    Example:
      tracker load --date 2026-11-21 --force
    """
    from tracker.api import operate

    done = operate.load(settings, day=day, run_id=run_id, force=force, reason=reason)
    _note(summary_line(done))


@click.command()
@reason_option
@folder_options
def resolve(settings: Settings, reason: str | None) -> None:
    """Trace all lineage again and restate all rollups.

    Needed after a change of the registry. `tracker restatements` lists what it changed.

    \b
    Example:
      tracker resolve --registry ./data/registry --reason "that repository is no work of Meta"
    """
    from tracker.api import operate

    click.echo(operate.resolve(settings, reason=reason))


@click.command()
@click.option("--if-due", is_flag=True, help="Do nothing if everything loaded is published; for cron.")
@folder_options
def publish(settings: Settings, if_due: bool) -> None:
    """Publish the loaded state once more.

    Needed after the data folder was moved, and after a source was collected by hand.

    \b
    Example:
      tracker publish
    """
    from tracker.api import operate

    published = operate.publish(settings, if_due=if_due)
    if published is None:
        _note("everything that is loaded is published; nothing to do")
    else:
        click.echo(published)


def collected_line(landed: LandedRun) -> str:
    """Return one countable line about a walk."""
    manifest = landed.manifest
    minutes = (manifest.finished_at - manifest.started_at).total_seconds() / 60 if manifest.finished_at else 0.0
    private = f"{manifest.private:,} private left out, " if manifest.private else ""
    return (
        f"{manifest.source} {manifest.snapshot_date}: landed {manifest.models:,} models (scope {manifest.scope}), "
        f"{private}{manifest.quarantined:,} quarantined, {manifest.duplicates:,} duplicates, "
        f"{manifest.requests:,} requests, {manifest.rate_limited:,} 429s, in {minutes:.1f} min"
    )


def landed_line(landed: LandedRun) -> str:
    """Return one countable line about a run of a source beside the Hub's night."""
    manifest = landed.manifest
    told = f"unchanged since {manifest.unchanged_since}" if manifest.unchanged_since else f"{manifest.rows:,} rows"
    return (
        f"{manifest.source} {manifest.snapshot_date}: landed {manifest.bytes_raw:,} bytes, "
        f"{told}, {manifest.requests:,} requests, {manifest.retries:,} retries"
    )


def summary_line(done: Night) -> str:
    """Return one countable line about a night."""
    changes = done.summary
    shown = f"published {done.published.name}" if done.published else "to be published"
    return (
        f"{collected_line(done.landed)}; new {changes.new:,}, gone {changes.gone:,}, returned {changes.returned:,}, "
        f"renamed {changes.renamed:,}, re-parented {changes.reparented:,}; {shown}"
    )


def _note(line: str) -> None:
    logs.note(log, line)
    if not click.get_current_context().meta.get("tracker.quiet"):
        click.echo(line, err=True)
