"""`tracker demo`: the whole nightly job, offline, against the loopback Hub with its synthetic ecosystem."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import folder_options
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from tracker.demo.hub.process import HubProcess
    from tracker.settings import Settings

MARK = ".synthetic-demo"  # only a folder with this file is ever emptied
MISSED = (*range(10, 16), *range(19, 27))  # counted back from the last: as if nothing had run on those days
SHOWN_FAMILIES = 12
SIGNALS = ("openrouter", "epoch_eci", "modelscope")  # that have an address of their own
SITE = "site"  # in the demo's folder
SITE_MODELS = 50  # with a page
DAILY_DAYS = 61  # of the past, taken from the daily archive beside the weekly one
SAMPLE_MODEL_SQL = """
select l.model_id from lineage as l
where l.depth >= 3 and l.weight < 1 and l.status = 'derived'
order by l.depth desc, l.model_id limit 1
"""


@click.command()
@click.option("--models", type=click.IntRange(min=1_000), default=16_000, show_default=True, help="Size of the Hub.")
@click.option("--nights", type=click.IntRange(min=1), default=30, show_default=True, help="Virtual nights of the Hub.")
@click.option(
    "--past", type=click.IntRange(min=0), default=730, show_default=True, help="Days of archives before them."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another ecosystem.")
@folder_options
def demo(settings: Settings, models: int, nights: int, past: int, seed: int) -> None:
    """Try everything offline, without a token, in a minute.

    Starts a loopback Hub in the background, collects virtual nights of a synthetic ecosystem with the real pipeline,
    and answers first questions. Its state is in <data-dir>/demo. Two stretches of nights are left out, to show gaps.
    Two earlier years come from archives of that Hub: a night a week, then two months of daily nights (--past 0:
    none). A copy is published halfway and at the end. It takes a minute on two free cores, and longer on a busy
    machine.

    \b
    Example:
      tracker demo
    """
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # threads cost more than they gain where a Hub is so small
    from tracker.demo.hub.process import hub_process

    folder = _empty_folder(settings.data_dir if settings.data_dir.name == "demo" else settings.data_dir / "demo")
    with hub_process(models=models, nights=nights, seed=seed, first=True, past=past) as hub:
        state = replace(settings, data_dir=folder, endpoint=hub.endpoint, scope="full", threads=1)
        _say(f"a loopback Hub with {models:,} synthetic models answers at {hub.endpoint}")
        began = time.monotonic()
        state = _with_signals(state)
        _collect_all(state, hub, publish_last=not past)
        taken = _take_past(state, hub.nights[0], past) if past else 0
        _say(
            f"collected and loaded {len(_collected(hub.nights))} of {len(hub.nights)} nights, took {taken} more from "
            f"archives, and published two copies in {time.monotonic() - began:.0f} s"
        )
    _show(state)


def _say(line: str) -> None:
    """Say on stderr what is done, unless --quiet was said."""
    if not _is_quiet():
        click.echo(line, err=True)


def _is_quiet() -> bool:
    return bool(click.get_current_context().meta.get("tracker.quiet"))


def _empty_folder(folder: Path) -> Path:
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise SettingsError(f"{folder} holds something that is not the demo's; name another with --data-dir")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    return folder


def _collected(nights: Sequence[date]) -> Sequence[date]:
    return [night for back, night in enumerate(reversed(nights)) if back not in MISSED][::-1]


def _collect_all(settings: Settings, hub: HubProcess, *, publish_last: bool) -> None:
    """Collect and load the nights; a copy is published halfway, and of the last one where nothing follows."""
    from tracker.api import operate
    from tracker.scope import Scope

    nights = _collected(hub.nights)
    # the index is refitted each time; the Arena's data set is that of the last night
    asked = dict.fromkeys((nights[0], nights[len(nights) // 2]), SIGNALS) | {nights[-1]: (*SIGNALS, "arena")}
    with _nights_bar(len(nights)) as advance:
        shown = {nights[len(nights) // 2], *([nights[-1]] if publish_last else [])}
        for night in nights:
            hub.set_night(night)
            _collect_signals(settings, night, asked.get(night, ()))
            done = operate.update(settings, scope=Scope("full"), snapshot_date=night, publish=night in shown)
            advance(
                f"{night}: {done.landed.manifest.models:,} models, {done.summary.new:,} new, {done.summary.gone:,} gone"
            )


def _with_signals(settings: Settings) -> Settings:
    """Let other sources than the Hub be asked at the loopback server, which takes any key for OpenRouter's history."""
    os.environ["OPENROUTER_API_KEY"] = "key-of-the-demo"  # no word of a path or sentence: it is hidden everywhere
    return replace(settings, source_urls={name: f"{settings.endpoint}/signals/{name}" for name in SIGNALS})


def _collect_signals(settings: Settings, night: date, names: Sequence[str]) -> None:
    from tracker.api import operate
    from tracker.demo.signals.clock import HurriedClock

    for name in names:
        operate.collect_source(settings, name, day=night, clock=HurriedClock())


def _take_past(settings: Settings, first_night: date, days: int) -> int:
    """Take a night a week of all these days, and all of the last of them, from archives; return how many."""
    from tracker.api import past

    daily = min(days, DAILY_DAYS)
    wanted = {
        "weekly_snapshots": past.Span(first_night - timedelta(days=days), every="week"),
        "hub_stats": past.Span(first_night - timedelta(days=daily)),
    }
    with _nights_bar(days // 7 + daily) as advance:
        done = past.backfill_all(settings, wanted, progress=_Told(advance))
    return sum(each.count("loaded") for each in done)


@dataclass(frozen=True)
class _Told:
    """Lets a bar follow a backfill."""

    advance: Callable[[str], None]

    def observation(self, done: int, wanted: int, day: date, fetched_bytes: int) -> None:
        """Take note."""
        self.advance(f"{day}: from an archive")


@contextmanager
def _nights_bar(total: int) -> Iterator[Callable[[str], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("nights"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal or _is_quiet()) as bar:
        task = bar.add_task("nights", total=total, note="")

        def advance(note: str) -> None:
            bar.update(task, advance=1, note=note)
            if not console.is_terminal:
                _say(note)

        yield advance


def _show(settings: Settings) -> None:
    """Print the first answers and what to try next; every command carries the demo's folder."""
    from tracker.api import Copy, report
    from tracker.api import site as pages
    from tracker.cli.options import Output
    from tracker.cli.output import emit

    with Copy(settings) as copy:
        until = copy.facts.snapshot_date.replace(day=1) - timedelta(days=1)
        click.echo(f"\nWhat share of the new derivatives of {until:%B %Y} is built on Qwen?\n")
        answer = copy.share(by="family", month=until)
        emit(replace(answer, table=answer.table.head(SHOWN_FAMILIES)), Output("table", None, False, False))
        model = copy.told(SAMPLE_MODEL_SQL).table["model_id"]
        if model:
            click.echo(f"\nWhere does {model[0]} come from?\n")
            click.echo(copy.lineage(model[0]).as_tree())
        written = report.write(copy, report.of_week(copy))
        public = pages.write(copy, settings.data_dir / SITE, pages.Options(models=SITE_MODELS, pictures=False))
    click.echo(f"\nThe week's report, with its charts:\n\n  {_short(written[0])}")
    click.echo(
        f"\nThe site, a page for every figure, family, country and claim:\n\n  {_short(public.root / 'index.html')}"
    )
    click.echo(_next_steps(_short(settings.data_dir)))


def _next_steps(folder: str) -> str:
    tracker, where = _called(), f"--data-dir {shlex.quote(folder)}"
    return f"""
Try next (all of this is synthetic demo data):
  {tracker} share --by family {where}
  {tracker} share --by origin_country {where}
  {tracker} top --by derivatives --of families {where}
  {tracker} trend Qwen Llama --from 2024-12 --every month {where}
  {tracker} history {where}
  {tracker} sql "select family, count(*) as models from lineage group by all order by models desc limit 5" {where}
  {tracker} schema {where}

Go live (needs the network; a token from `hf auth login` doubles the quota):
  {tracker} update --scope top:20000      a first look at the most downloaded models, a minute
  {tracker} update                        the whole Hub, half an hour"""


def _called() -> str:
    """Return what runs this program in the shell that it was called from: `make demo` puts nothing on the path."""
    own, found = Path(sys.argv[0]), shutil.which("tracker")
    if found and (own.name != "tracker" or own.samefile(found)):
        return "tracker"
    return shlex.quote(_short(own)) if own.name == "tracker" else f"{shlex.quote(sys.executable)} -m tracker"


def _short(path: Path) -> str:
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
