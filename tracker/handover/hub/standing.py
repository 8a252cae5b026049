"""What stands on the Hub under a name: the files of main, and whether the tracker published them, of which record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from huggingface_hub import RepoFile

from tracker.errors import StoreError
from tracker.handover.hub.card import CARD
from tracker.handover.hub.client import KIND, Client, Missing
from tracker.handover.hub.folder import ABOUT, SUMS, About, Folder, parsed

MADE_BY_THE_HUB = (".gitattributes", CARD)  # where somebody has made a new data set by hand
_OF_A_RECORD = ("snapshots/", "manifests/")  # no other record holds such files of the same content


@dataclass(frozen=True)
class File:
    """A file there: its hash in git, the sha256 of a large one, which git holds a pointer to."""

    oid: str
    sha256: str | None
    size: int


@dataclass(frozen=True)
class Standing:
    """The state of main at a commit."""

    client: Client
    name: str
    commit: str
    is_private: bool
    files: Mapping[str, File]

    @classmethod
    def look(cls, client: Client, name: str) -> Standing | None:
        """Look; None where there is no data set of that name, or none that may be seen."""
        try:
            told = client.ask(name, lambda api: api.dataset_info(name))
        except Missing:
            return None
        commit = str(told.sha)
        return cls(client, name, commit, bool(told.private), files_of(client, name, commit))

    @cached_property
    def sums(self) -> Mapping[str, str]:
        """What the list of hashes says that stands there; nothing where there is none of ours."""
        if SUMS not in self.files:
            return {}
        try:
            return parsed(self.client.read(self.name, self.commit, SUMS).decode())
        except ValueError:
            return {}

    @cached_property
    def about(self) -> About | None:
        """What the copy that stands there says of itself; None where none of ours does."""
        if ABOUT not in self.files or ABOUT not in self.sums:
            return None
        try:
            return About.read(self.client.read(self.name, self.commit, ABOUT))
        except ValueError:
            return None

    @property
    def card(self) -> str | None:
        """The card that stands there."""
        if CARD not in self.files:
            return None
        return self.client.read(self.name, self.commit, CARD).decode("utf-8", "replace")

    @property
    def is_whole(self) -> bool:
        """Whether all files stand there that its list of hashes names, as far as the Hub says what they are."""
        known = {path: self.files.get(path) for path in self.sums}
        return self.about is not None and all(
            file is not None and file.sha256 in (None, self.sums[path]) for path, file in known.items()
        )

    def require_ours(self) -> None:
        """Raise StoreError where something else stands there than what the tracker published."""
        others = sorted(set(self.files) - set(MADE_BY_THE_HUB))
        if others and self.about is None:
            raise StoreError(
                f"the data set {self.name} holds {len(others):,} files that the tracker did not publish, the first is "
                f"{others[0]}; name another, which is made where there is none"
            )

    def require_same(self, folder: Folder) -> None:
        """Raise StoreError where another than the record of this folder has been published there, or a later night."""
        where, about = f"the data set {self.name}", self.about
        if about is None:
            return
        if about.endpoint != folder.about.endpoint or about.synthetic != folder.about.synthetic:
            raise StoreError(
                f"{where} is {_kind(about)}, and this folder is {_kind(folder.about)}; name another data set"
            )
        if not {each for each in self.sums.items() if each[0].startswith(_OF_A_RECORD)} & set(folder.sums.items()):
            raise StoreError(
                f"{where} was published from another data folder: none of its nights is the same as one here; publish "
                "from that folder, or name another data set"
            )
        if about.day > folder.about.day:
            raise StoreError(
                f"{where} is of {about.day}, and this folder's newest copy of {folder.about.day}; run "
                "`tracker update`, or publish from the folder that is ahead"
            )


def files_of(client: Client, name: str, commit: str) -> Mapping[str, File]:
    """Return path -> file of a commit."""
    listed = client.ask(
        name, lambda api: list(api.list_repo_tree(name, recursive=True, revision=commit, repo_type=KIND))
    )
    return {
        each.path: File(each.blob_id, each.lfs.sha256 if each.lfs else None, each.size)
        for each in listed
        if isinstance(each, RepoFile)
    }


def _kind(about: About) -> str:
    return f"{'synthetic data' if about.synthetic else 'a record'} of {about.endpoint}"
