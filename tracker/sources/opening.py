"""Open a source for one run: its address as configured, its key, what its last run landed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Sequence
from datetime import UTC, date
from pathlib import Path
from typing import Any

import polars as pl

from tracker import disk, landing
from tracker.errors import SettingsError
from tracker.landing import LandedRun, Manifest, RawRun
from tracker.landing.written import folder_of
from tracker.settings import Settings
from tracker.sources.clock import Clock, SystemClock
from tracker.sources.contract import HUB_TOKEN, MAY_USE, About, Context, Reach, Source, name_of
from tracker.sources.http import Client


def address_of(settings: Settings, source: About) -> str:
    """Return where a source is asked: as set, else its own. One that needs the Hub's token asks the endpoint only."""
    if source.NEEDS == HUB_TOKEN:
        return settings.endpoint
    return settings.source_urls.get(name_of(source), source.URL)


def open_context(
    settings: Settings,
    source: Source,
    snapshot_date: date | None,
    *,
    clock: Clock | None = None,
    held: Callable[..., pl.DataFrame] | None = None,
    namespaces: Callable[[], Sequence[str]] = tuple,
    **of_the_walk: Any,
) -> Context:
    """Return what a source collects one run with; nothing is sent nor written yet. Without a day it is ours, UTC.

    `held`, `namespaces`: see Context; without them there are none. `of_the_walk`: scope, resume, force and progress,
    which matter to the Hub's list alone. Raises SettingsError where the key that it needs is not set.
    """
    clock = clock or SystemClock()
    name, address, now = name_of(source), address_of(settings, source), clock.now()
    day = snapshot_date or now.astimezone(UTC).date()
    manifest = Manifest(
        run_id=landing.run_id(now, os.urandom(8)),
        source=name,
        endpoint=address,
        scope="full",
        snapshot_date=day,
        started_at=now,
    )
    last = last_landed(settings, name)
    client = Client(address, settings, key=_key(source), last=last, clock=clock)
    run = RawRun(folder_of(settings.data_dir, manifest), manifest)
    return Context(
        settings, day, client, run, clock, last, held or _nothing, namespaces, meant_day=snapshot_date, **of_the_walk
    )


def _nothing(table: str, *columns: str) -> pl.DataFrame:
    return pl.DataFrame({name: [] for name in columns})


def reach(settings: Settings, *, local: Path | None = None, keep: bool = False, clock: Clock | None = None) -> Reach:
    """Return what an archive is read with; nothing is sent nor written yet. Raises SettingsError for no folder."""
    if local is not None and not disk.stands_for_folder(local):
        raise SettingsError(f"{local} is no folder; {_how_to_name(local)}")
    return Reach(settings, clock or SystemClock(), local, keep)


def _how_to_name(path: Path) -> str:
    """Return what to do about a file that is named instead of a folder: what is packed is unpacked first."""
    folder = shlex.quote(path.name.partition(".")[0] or "unpacked")
    packed, into = shlex.quote(str(path)), f"{folder}`, then --local {folder}"
    name = path.name.lower()
    if name.endswith(".zip"):
        return f"unpack it: `unzip -d {folder} {packed}`, then --local {folder}"
    if any(f"{part}." in f"{name}." for part in (".tar", ".tgz", ".tbz2", ".txz", ".tzst")):
        return f"unpack it: `mkdir {folder} && tar -xf {packed} -C {into}"
    return "name the one that the archive's files are in"


def last_landed(settings: Settings, name: str) -> LandedRun | None:
    """Return the newest run of a source that was landed whole and passed its gates."""
    landed = [run for run in landing.runs(settings.data_dir, name) if run.manifest.status == "landed"]
    return max(landed, key=lambda run: run.manifest.age, default=None)


def _key(source: Source) -> str | None:
    if source.NEEDS in (None, HUB_TOKEN):
        return os.environ.get(getattr(source, MAY_USE, None) or "", "").strip() or None
    key = os.environ.get(source.NEEDS, "").strip()
    if not key:
        raise SettingsError(f"source {name_of(source)} needs a key: set {source.NEEDS} in the environment")
    return key
