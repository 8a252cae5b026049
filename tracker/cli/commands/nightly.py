"""The nightly job and its stages: update, collect, load, resolve, publish."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from tracker.cli.options import Day, settings_options, today

if TYPE_CHECKING:
    from tracker.api.operate import LandedRun, Night
    from tracker.settings import Settings

date_option = click.option("--date", "day", type=Day(), help="The snapshot's day [default: today, UTC].")
scope_option = click.option("--scope", help="full, top:N or publisher:NAME [default: full, or TRACKER_SCOPE].")
resume_option = click.option("--resume/--no-resume", default=True, help="Go on with a walk that was cut off.")
force_option = click.option("--force", is_flag=True, help="Load although a gate refused; look first.")


@click.command()
@date_option
@scope_option
@resume_option
@force_option
@click.option("--if-due", is_flag=True, help="Do nothing where the night is already there; for cron.")
@settings_options
def update(settings: Settings, day: date | None, scope: str | None, resume: bool, force: bool, if_due: bool) -> None:
    """Do the whole nightly job: collect, load, resolve, publish.

    Run twice for one date, it ends with the same tables. Exit code 3: a gate refused the snapshot,
    75: another run is at work.

    \b
    Examples:
      tracker update
      tracker update --scope top:20000
      tracker update --if-due
    """
    from tracker.api import operate
    from tracker.cli.progress import walking
    from tracker.scope import Scope

    chosen, night = Scope.parse(scope or settings.scope), day or today()
    if if_due and not operate.is_due(settings, scope=chosen, snapshot_date=night):
        _note(f"{night} is there already; nothing to do")
        return
    with walking() as progress:
        done = operate.update(
            settings, scope=chosen, snapshot_date=night, resume=resume, force=force, progress=progress
        )
    _note(summary_line(done))


@click.command()
@date_option
@scope_option
@resume_option
@settings_options
def collect(settings: Settings, day: date | None, scope: str | None, resume: bool) -> None:
    """Land one snapshot of the Hub, and load nothing.

    \b
    Example:
      tracker collect --scope publisher:Qwen
    """
    from tracker.api import operate
    from tracker.cli.progress import walking
    from tracker.scope import Scope

    chosen = Scope.parse(scope or settings.scope)
    with walking() as progress:
        landed = operate.collect(settings, scope=chosen, snapshot_date=day or today(), resume=resume, progress=progress)
    _note(collected_line(landed))
    click.echo(landed.folder)


@click.command()
@date_option
@click.option("--run", "run_id", help="The landed run to load [default: the newest complete one].")
@force_option
@settings_options
def load(settings: Settings, day: date | None, run_id: str | None, force: bool) -> None:
    """Load a landed run, resolve lineage and publish.

    Needs no network but to confirm disappearances.

    \b
    Example:
      tracker load --date 2026-11-21 --force
    """
    from tracker.api import operate

    done = operate.load(settings, day=day, run_id=run_id, force=force)
    _note(summary_line(done))


@click.command()
@settings_options
def resolve(settings: Settings) -> None:
    """Trace all lineage again and restate the rollups of all nights.

    Due after a change of the registry.

    \b
    Example:
      tracker resolve --registry ./data/registry
    """
    from tracker.api import operate

    click.echo(operate.resolve(settings))


@click.command()
@settings_options
def publish(settings: Settings) -> None:
    """Publish the loaded state once more.

    Due after the data folder was moved.

    \b
    Example:
      tracker publish --data-dir ./moved
    """
    from tracker.api import operate

    click.echo(operate.publish(settings))


def collected_line(landed: LandedRun) -> str:
    """Return one countable line about a walk."""
    manifest = landed.manifest
    minutes = (manifest.finished_at - manifest.started_at).total_seconds() / 60 if manifest.finished_at else 0.0
    return (
        f"{manifest.source} {manifest.snapshot_date}: landed {manifest.models:,} models (scope {manifest.scope}), "
        f"{manifest.quarantined:,} quarantined, {manifest.duplicates:,} duplicates, {manifest.requests:,} requests, "
        f"{manifest.rate_limited:,} 429s, in {minutes:.1f} min"
    )


def summary_line(done: Night) -> str:
    """Return one countable line about a night."""
    changes = done.summary
    return (
        f"{collected_line(done.landed)}; new {changes.new:,}, gone {changes.gone:,}, returned {changes.returned:,}, "
        f"renamed {changes.renamed:,}, re-parented {changes.reparented:,}; published {done.published.name}"
    )


def _note(line: str) -> None:
    if not click.get_current_context().meta.get("tracker.quiet"):
        click.echo(line, err=True)
