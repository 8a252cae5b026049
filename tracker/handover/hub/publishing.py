"""A data set is put on the Hub: large files first, where nobody sees them, then one commit, then the night's tag.

Each round looks at what stands there, and does what is missing; so a run that was killed, an answer that was lost and
a commit of another between are one and the same: the next round goes on from what it finds. A reader sees the state of
before or the new one. A tag is made of a state that is whole, and before the next one takes its place.
"""

from __future__ import annotations

import logging
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock, Timeout
from huggingface_hub import CommitOperationAdd, CommitOperationDelete

from tracker import disk, files
from tracker.errors import Busy, NothingPublished, SettingsError, SourceError, StoreError
from tracker.handover.hub import names, plan, tags
from tracker.handover.hub.client import KIND, Client, Moved, Unreachable
from tracker.handover.hub.folder import SUMS, Folder, git_oid
from tracker.handover.hub.plan import Change, Plan
from tracker.handover.hub.standing import Standing
from tracker.handover.hub.tags import Tag
from tracker.settings import Settings
from tracker.sources.outward import tokens

log = logging.getLogger(__name__)

PLACE = "publishing"  # in the data folder: what is being sent
MAX_ROUNDS = 5
Write = Callable[[Path, Path], object]


@dataclass(frozen=True)
class Published:
    """What was done, or with `is_dry` would be: the changes, the tag, and sentences on what is worth knowing."""

    name: str
    url: str
    changes: tuple[Change, ...]
    commit: str | None  # None: a dry run
    tag: str
    told: tuple[str, ...]


def publish(
    settings: Settings, name: str, *, private: bool | None = None, is_dry: bool = False, write: Write | None = None
) -> Published:
    """Publish the newest copy of a data folder as a data set of the Hub; unchanged, it makes no commit.

    `private` says who may see it; None: a new one is private, another stays as it is. `is_dry`: say what would change.
    `write` writes the data set into a folder (None: as `tracker export --dataset` does).
    Raises SettingsError for what is no name and where there is no token, StoreError where something else stands there,
    SourceError where the Hub refuses it or cannot be reached, Busy where it is being published from this folder.
    """
    name = names.repository(name)
    client = Client(settings)
    if not is_dry and tokens.check() is None:
        raise SettingsError(
            "publishing needs a token that may write; run `hf auth login`, or set HF_TOKEN, to one from "
            f"{settings.endpoint}/settings/tokens"
        )
    files.require_data_folder(settings.data_dir)
    if not disk.has_folder(settings.data_dir):
        raise NothingPublished(f"nothing is published in {settings.data_dir} yet; run `tracker update` first")
    there = Standing.look(client, name)  # before all is written
    if there:
        there.require_ours()
    with _written(settings, write or _writer(settings, name)) as folder:
        publishing = _Publishing(client, name, folder, private)
        return publishing.planned(there) if is_dry else publishing.done(there)


def _writer(settings: Settings, name: str) -> Write:
    from tracker.handover import data_set

    return partial(data_set.write, registry=settings.registry, repository=name, memory_limit=settings.memory_limit)


@contextmanager
def _written(settings: Settings, write: Write) -> Iterator[Folder]:
    """Yield the data set in a folder that is gone afterwards; what a run that was killed left there goes first."""
    place = settings.data_dir / PLACE
    with disk.explained(f"cannot write the data set to {place}"):
        disk.require_free_use(settings.data_dir)
        place.mkdir(exist_ok=True)
    try:
        with FileLock(place / "lock", timeout=0):
            target = place / "data_set"
            shutil.rmtree(target, ignore_errors=True)
            try:
                write(settings.data_dir, target)
                yield Folder.read(target)
            finally:
                shutil.rmtree(target, ignore_errors=True)
    except Timeout as error:
        raise Busy(f"another run publishes from {settings.data_dir}; run it again when that is done") from error


@dataclass
class _Publishing:
    client: Client
    name: str
    folder: Folder
    private: bool | None

    def done(self, there: Standing | None) -> Published:
        """Do it, in as many rounds as it takes."""
        told = [*self._made(there)]
        done: dict[str, Change] = {}
        for attempt in range(1, MAX_ROUNDS + 1):
            there = self._look()
            told += self._earlier(there)
            found = plan.between(self.folder, there)
            if not found.changes:
                tag = self._tag(there)
                return self._published(there, tag, tuple(done.values()), [*told, *self._seen_by(there)])
            told += [f"not kept: {each}; it stands in commit {there.commit[:8]}" for each in found.lost]
            try:
                self._commit(found, there)
            except Moved as error:
                log.info("%s; looking again", error)
                continue
            except Unreachable as error:
                if attempt == MAX_ROUNDS:
                    raise
                log.info("%s; looking whether it was done", error)
                self.client.pause(error, attempt)
            done |= {change.path: change for change in found.changes}
        raise SourceError(f"{self.name}: others commit there at the same time; run it again")

    def planned(self, there: Standing | None) -> Published:
        """Say what would be done."""
        if there:
            there.require_same(self.folder)
        found = plan.between(self.folder, there)
        day = self.folder.about.day
        known = tags.known(self.client, self.name, day) if there else {}
        tag = tags.following(known, day) if found.changes or not known else list(known)[-1]
        lost = [f"would not be kept: {each}" for each in found.lost]
        new = [] if there else [f"{self.name} would be made, {'public' if self.private is False else 'private'}"]
        return Published(self.name, self._url, found.changes, None, tag, (*new, *lost, *_synthetic(self.folder)))

    def _made(self, there: Standing | None) -> Iterator[str]:
        """Make the data set where there is none."""
        if find_spec("hf_xet") is None:
            yield "hf_xet is not installed, so each large file is sent whole; `pip install hf_xet` sends what changed"
        if there is None:
            private = self.private is not False
            self.client.ask(
                self.name,
                lambda api: api.create_repo(self.name, repo_type=KIND, private=private, exist_ok=True),
            )
            yield f"{self.name} is new, and {'private; --public shows it to all' if private else 'public'}"

    def _look(self) -> Standing:
        there = Standing.look(self.client, self.name)
        if there is None:
            raise SourceError(f"{self.name} was made, and cannot be seen; check that the token may read it")
        there.require_ours()
        there.require_same(self.folder)
        return there

    def _earlier(self, there: Standing) -> Iterator[str]:
        """Tag what stands there where a run was killed between its commit and its tag."""
        about = there.about
        if about and there.is_whole and git_oid(self.folder.listed()) != there.files[SUMS].oid:
            tag = tags.settle(self.client, self.name, about.day, there.commit, there.files[SUMS].oid)
            if tag.is_new:
                yield f"{tag.name} was published without its tag, and has it now"

    def _commit(self, found: Plan, there: Standing) -> None:
        """Commit all changes at once on what was looked at. Raises Moved, and Unreachable where nobody knows of it."""
        day, before = self.folder.about.day, there.about
        restated = " restated" if before and before.day == day else ""
        message = f"Night {day}{restated}, generation {self.folder.about.generation}"
        operations = [self._operation(change) for change in found.changes]
        added = [each for each in operations if isinstance(each, CommitOperationAdd)]
        self.client.ask(
            self.name,
            lambda api: api.preupload_lfs_files(self.name, added, repo_type=KIND, free_memory=False),
        )
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # of what a card might have as well
            try:
                self.client.ask(
                    self.name,
                    lambda api: api.create_commit(
                        self.name, operations, commit_message=message, repo_type=KIND, parent_commit=there.commit
                    ),
                    attempts=1,
                )
            except ValueError as error:  # what the client says where the Hub finds fault with the card
                told = " ".join(str(error).split())
                raise StoreError(
                    f"{self.name}: the Hub does not take the card: {told}; correct README.md there"
                ) from error

    def _operation(self, change: Change) -> CommitOperationAdd | CommitOperationDelete:
        if change.kind == "delete":
            return CommitOperationDelete(change.path)
        content = self.folder.path / change.path if change.content is None else change.content
        return CommitOperationAdd(change.path, content)

    def _tag(self, there: Standing) -> Tag:
        return tags.settle(self.client, self.name, self.folder.about.day, there.commit, there.files[SUMS].oid)

    def _seen_by(self, there: Standing) -> Iterator[str]:
        """Let those see it who were asked for."""
        if self.private is not None and self.private != there.is_private:
            private = self.private
            self.client.ask(self.name, lambda api: api.update_repo_settings(self.name, repo_type=KIND, private=private))
            yield f"{self.name} is {'private' if private else 'public'} now"

    def _published(self, there: Standing, tag: Tag, done: tuple[Change, ...], told: list[str]) -> Published:
        if tag.is_new and tag.is_restated:
            told.append(
                f"the night of {self.folder.about.day} is restated: {tag.first} stays what was published of it first, "
                f"{tag.name} is what is said now"
            )
        return Published(
            self.name, self._url, done, there.commit, tag.name, (*dict.fromkeys(told), *_synthetic(self.folder))
        )

    @property
    def _url(self) -> str:
        return f"{self.client.settings.endpoint}/datasets/{self.name}"


def _synthetic(folder: Folder) -> tuple[str, ...]:
    return ("the data are synthetic, and the card says so",) if folder.about.synthetic else ()
