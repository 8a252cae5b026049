"""Watches of a data folder: add, list, remove and test them; judge a night and send messages about matches."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import files, store
from tracker.answers import Rows
from tracker.errors import Busy, Interrupted, NothingPublished, SettingsError, UnknownName
from tracker.notify import feed, outbox
from tracker.notify.message import Message, messages
from tracker.settings import Settings
from tracker.table import Table
from tracker.watches import asked, judging, kept, kinds, night
from tracker.watches.watch import WINDOWS, Watch

if TYPE_CHECKING:
    from tracker.store import Published, WatchMatch

__all__ = ["WINDOWS", "Watch", "add", "after_night", "listed", "remove", "send_test", "state"]

log = logging.getLogger(__name__)

_FOUND = """
select watch_id, count(*) as found, max(snapshot_date) as last_found
from watch_matches
group by watch_id
order by watch_id
"""


def add(settings: Settings, watch: Watch) -> tuple[Watch, str]:
    """Add a watch; return it as stored, and a sentence: from which night it counts, and its present state.

    A watch that exists already is not changed. Raises SettingsError for an invalid name, UnknownName for an unknown
    family, Busy.
    """
    asked.check(watch)
    with kept.changing(settings.data_dir):
        watches, stands = kept.read(settings.data_dir), ""
        try:
            with store.open_published(settings.data_dir) as published:
                watch = kinds.of(watch.kind).spelt(published, watch)
                why_not = judging.why_not(published)
                watch = watch if why_not else judging.begun(published, watch)
                stands = "" if why_not else f"; {kinds.of(watch.kind).stands(published, watch)}"
        except NothingPublished:
            why_not = "no night is published yet"
        there = next((each for each in watches if each.id == watch.id), None)
        if there is not None:
            return there, f"it is watched for already, since {there.since or 'the next whole night'}"
        kept.write(settings.data_dir, [*watches, watch])
    from_when = f"the night of {watch.since} on" if watch.since else f"the next whole and settled night on: {why_not}"
    return watch, f"it counts from {from_when}{stands}"


def remove(settings: Settings, id: str) -> Watch:
    """Remove the watch whose id starts with `id` and return it; its matches stay. Raises UnknownName, Busy."""
    with kept.changing(settings.data_dir):
        watches = kept.read(settings.data_dir)
        watch = _find(watches, id)
        kept.write(settings.data_dir, [each for each in watches if each is not watch])
    return watch


def listed(settings: Settings) -> Rows:
    """Return one row per watch: `id`, `watch`, `since`, number of matches (`found`), night of the last one."""
    watches = kept.read(settings.data_dir)
    found = _found(settings) if watches else {}
    rows = [(each.id, each.says, each.since, *found.get(each.id, (0, None))) for each in watches]
    types = {"id": "VARCHAR", "watch": "VARCHAR", "since": "DATE", "found": "BIGINT", "last_found": "DATE"}
    return Rows(Table(types, rows), notes=tuple(_notes(settings, watches)))


def state(settings: Settings, id: str | None = None) -> Rows:
    """Return the present state of what each watch watches, or one of them, by the newest published night."""
    watches = kept.read(settings.data_dir)
    chosen = watches if id is None else [_find(watches, id)]
    with store.open_published(settings.data_dir) as published:
        rows = [(each.id, each.says, kinds.of(each.kind).stands(published, each)) for each in chosen]
        why_not = judging.why_not(published)
    notes = (f"nothing is told by the newest night: {why_not}",) if why_not else ()
    return Rows(Table(dict.fromkeys(("id", "watch", "now"), "VARCHAR"), rows), notes=notes)


def send_test(settings: Settings) -> str | None:
    """Send a test message to the webhook; return the problem, None if the message was accepted.

    Raises SettingsError if no webhook is set.
    """
    if not settings.webhook_url:
        raise SettingsError("no webhook is set: put webhook_url into tracker.toml, or set TRACKER_WEBHOOK_URL")
    made = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = {"text": f"A test of the tracker's webhook, {made}", "test": True, "names": [], "count": 0}
    message = Message(f"test-{made}", {"id": f"test-{made}", **body})
    return outbox.send(settings.webhook_url, message.id, message.bytes()).problem


def after_night(settings: Settings) -> None:
    """Judge the newest night, write the feed, send waiting messages. An error is logged as a warning: no night fails.

    Does nothing if there are no watches, or if the night was judged and no message waits. Raises Interrupted.
    """
    folder = settings.data_dir / kept.FOLDER
    if not kept.place(settings.data_dir).is_file():
        return
    try:
        with kept.changing(settings.data_dir):
            _judge(settings, folder)
            if settings.webhook_url:
                outbox.deliver(folder, settings.webhook_url)
    except Interrupted:
        raise
    except Busy as error:
        log.info("watches are looked at the next time: %s", error)
    except Exception as error:  # noqa: BLE001  the night is published, whatever this is
        log.warning("watches could not be looked at, and are the next time: %s", error or type(error).__name__)


def _judge(settings: Settings, folder: Path) -> None:
    """Judge the published generation, unless it was judged already; record that only if everything succeeded."""
    mark = folder / "judged"
    if _judged(mark) == store.published_name(settings.data_dir):
        return

    def keep(new: Sequence[WatchMatch]) -> None:
        if settings.webhook_url:
            with store.open_published(settings.data_dir) as published:
                about = _about(published)
            for message in messages(new, about):
                outbox.put(folder, message)

    night.judge(settings, keep)
    with store.open_published(settings.data_dir) as published:
        feed.write(published, settings.data_dir / "reports")
    files.write(mark, f"{store.published_name(settings.data_dir)}\n")


def _judged(mark: Path) -> str | None:
    return mark.read_text(encoding="utf-8").strip() if mark.is_file() else None


def _about(published: Published) -> Mapping[str, Any]:
    facts = published.facts()
    return {"endpoint": facts.endpoint, "synthetic": facts.synthetic, "copy_id": (facts.copy_id or "")[:12]}


def _find(watches: Sequence[Watch], id: str) -> Watch:
    found = [each for each in watches if each.id == id] or [each for each in watches if id and each.id.startswith(id)]
    if len(found) != 1:
        raise UnknownName("watch", id, [each.id for each in watches])
    return found[0]


def _found(settings: Settings) -> dict[str, tuple[Any, ...]]:
    try:
        with store.open_published(settings.data_dir) as published:
            rows = published.table(_FOUND).rows if published.has("watch_matches") else []
    except NothingPublished:
        return {}
    return {id: tuple(rest) for id, *rest in rows}


def _notes(settings: Settings, watches: Sequence[Watch]) -> list[str]:
    """Return the notes for a list of watches: missing webhook, and messages that wait for it."""
    if not watches:
        return ["nothing is watched for; `tracker watch add --help` says how"]
    unset = "no webhook is set (webhook_url): matches go to watch_matches and the feed"
    notes = [] if settings.webhook_url else [unset]
    waits = outbox.waiting(settings.data_dir / kept.FOLDER)
    notes += [f"message {each.id[:8]} waits for the webhook: {each.problem or 'not tried yet'}" for each in waits]
    return notes
