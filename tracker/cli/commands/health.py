"""Is the tracker well? status and doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli.options import Output, output_options, settings_options
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from tracker.settings import Settings


@click.command()
@click.option("--check", is_flag=True, help="Exit with 4 if the newest night is older than --max-age.")
@click.option("--max-age", metavar="HOURS", type=click.FloatRange(min=0), default=30.0, show_default=True)
@click.option("--quarantine", is_flag=True, help="List the items that the newest run could not read, with reasons.")
@click.option("--runs", "all_runs", is_flag=True, help="List every run, newest first.")
@output_options
@settings_options
def status(settings: Settings, output: Output, check: bool, max_age: float, quarantine: bool, all_runs: bool) -> None:
    """Say what was collected, what is missing, and how fresh.

    \b
    Examples:
      tracker status
      tracker status --check --max-age 30
      tracker status --quarantine --json
    """
    from tracker.api import operate
    from tracker.cli.output import emit

    if quarantine or check:
        operate.require_data_folder(settings)
    if quarantine:
        emit(operate.quarantine(settings), output)
    elif all_runs:
        emit(operate.runs(settings), output)
    else:
        emit(operate.status(settings), output)
    if check:
        operate.require_fresh(settings, max_age_hours=max_age)


@click.command()
@click.option("--record", is_flag=True, help="Read every file of the record and compare counts and checksums.")
@click.option("--live", is_flag=True, help="Ask the Hub instead: is it what a night expects? Writes nothing.")
@output_options
@settings_options
def doctor(settings: Settings, output: Output, record: bool, live: bool) -> None:
    """Check settings, registry, folder, lock and copy.

    With --record it also reads every file of the record. With --live it asks the Hub instead, before a first night,
    in a few requests.

    Exit code 1 if something is wrong, or would stop or falsify a night. Each line says what to do.

    \b
    Example:
      tracker doctor --record
    """
    from tracker.settings import require_client

    require_client()
    from tracker.api import operate
    from tracker.cli.output import emit

    if live and record:
        raise SettingsError("--live is about the Hub, --record about the folder; ask one after the other")
    if live:
        answers = operate.examine_live(settings)
        emit(answers, output)
        if operate.spoils_a_night(answers):
            click.get_current_context().exit(1)
        return
    findings = operate.examine(settings, record=record)
    emit(findings, output)
    if (findings.frame["verdict"] == "wrong").any():
        click.get_current_context().exit(1)
