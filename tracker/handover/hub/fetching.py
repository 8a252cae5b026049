"""A published data set as a folder of this machine: the files of one commit, in the client's own cache.

The commit that a branch or tag stands for is asked again each time; where the Hub cannot be reached, the last that it
stood for answers. A commit never changes: it is fetched once, and each of its files held to SHA256SUMS. Files that
were changed since are hashed again, and one that is damaged is fetched again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from glob import escape
from pathlib import Path

from huggingface_hub import hf_hub_download, snapshot_download

from tracker import disk
from tracker.errors import SettingsError, StoreError, nearest
from tracker.handover.hub import names
from tracker.handover.hub.cache import Cache
from tracker.handover.hub.client import KIND, Client, Missing, Unreachable
from tracker.handover.hub.folder import SUMS, parsed, require_ours, wrong_files
from tracker.handover.hub.names import Address
from tracker.settings import Settings
from tracker.sources.outward import tokens

log = logging.getLogger(__name__)


def fetched(settings: Settings) -> Path:
    """Return the folder that holds the data set which the settings name, fetched now where it is not there.

    Raises SettingsError for what is no address of one, SourceError where the Hub gives none of that name, or cannot be
    reached and nothing is cached; StoreError where it is none of the tracker's, or a file is not what its hash says.
    """
    address = names.address(settings.data_set or "")
    client, cache = Client(settings), Cache(settings.endpoint, address.name)
    commit = _commit(client, cache, address)
    if not cache.is_checked(commit):
        with disk.explained(f"cannot keep {address} in {cache.folder}"):
            sums = _fetch(client, address, commit)
            cache.lay(commit, [SUMS, *sums])
            _check(client, cache, address, commit, sums)
            cache.note_checked(commit, [SUMS, *sums])
    return cache.place(commit)


def _commit(client: Client, cache: Cache, address: Address) -> str:
    """Return the commit that is meant by the revision now, or was when the Hub could be asked last."""
    if cache.is_commit(address.revision):
        return address.revision
    known = cache.commit(address.revision)
    attempts = 1 if known else 3
    try:
        told = client.ask(str(address), lambda api: api.dataset_info(address.name, revision=address.revision), attempts)
    except Unreachable as error:
        if known is None:
            raise
        log.warning("%s; answered from what was fetched before, commit %s", error, known[:8])
        return known
    except Missing as error:
        raise _missing(client, address, error) from error
    if not told.sha or not cache.is_commit(told.sha):
        raise StoreError(f"{address}: the Hub does not say which commit that is")
    cache.note_commit(address.revision, told.sha)
    return told.sha


def _missing(client: Client, address: Address, error: Missing) -> Exception:
    """Say what there is instead: other revisions, a model of that name."""
    if error.code == "RevisionNotFound":
        refs = client.ask(str(address), lambda api: api.list_repo_refs(address.name, repo_type=KIND))
        tags = sorted((each.name for each in refs.tags), reverse=True)
        close = nearest(address.revision, tags) or tags[:5]
        hint = f"its newest tags are {', '.join(close)}" if close else "it has no tags"
        return SettingsError(f"{address}: there is no revision {address.revision!r}; {hint}")
    try:
        client.ask(str(address), lambda api: api.model_info(address.name), 1)
    except (Missing, StoreError, Unreachable):
        return Missing(f"{error}; check the name, or log in (`hf auth login`) where it is private", error.code)
    return Missing(f"{address}: {address.name} is a model, and no data set of that name may be seen", error.code)


def _fetch(client: Client, address: Address, commit: str) -> Mapping[str, str]:
    """Bring all files of a commit that are the tracker's into the cache; return their hashes."""
    try:
        sums = parsed(disk.read_text(_file(client, address, commit, SUMS)))
    except Missing as error:
        if error.code != "EntryNotFound":
            raise
        raise StoreError(f"{address} is no data set that the tracker published: it has no {SUMS}") from error
    except ValueError as error:
        raise StoreError(f"{address} is no data set that the tracker published: {error}") from error
    require_ours(sums, str(address))
    log.info("fetching %s: %d files of commit %s", address, len(sums), commit)
    wanted = [escape(path) for path in (SUMS, *sums)]
    client.ask(
        str(address),
        lambda _: snapshot_download(
            address.name, repo_type=KIND, revision=commit, endpoint=client.settings.endpoint,
            user_agent=tokens.AGENT, allow_patterns=wanted,
        ),
    )  # fmt: skip
    return sums


def _file(client: Client, address: Address, commit: str, path: str) -> Path:
    """Bring one file of a commit into the cache."""
    place = client.ask(
        str(address),
        lambda _: hf_hub_download(
            address.name, path, repo_type=KIND, revision=commit, endpoint=client.settings.endpoint,
            user_agent=tokens.AGENT,
        ),
    )  # fmt: skip
    return Path(place)


def _check(client: Client, cache: Cache, address: Address, commit: str, sums: Mapping[str, str]) -> None:
    """Hold each file to its hash; one that is not what it says is fetched once more."""
    for path in wrong_files(cache.place(commit), sums):
        log.info("%s of %s in the cache is damaged; fetching it again", path, address)
        cache.drop(commit, path)
        try:
            _file(client, address, commit, path)
        except Unreachable as error:
            raise Unreachable(f"{error}; {path} is damaged in the cache {cache.folder}") from error
        cache.lay(commit, [path])
    if wrong := wrong_files(cache.place(commit), sums):
        raise StoreError(
            f"{address}: {wrong[0]} is not what its hash in {SUMS} says"
            + (f", nor are {len(wrong) - 1:,} more" if len(wrong) > 1 else "")
            + "; nothing is answered from it; name an earlier revision, and tell who publishes it"
        )
