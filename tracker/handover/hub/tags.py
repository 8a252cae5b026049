"""One tag a night: 2026-11-21 is what was published of that night first, and never moves.

What is published of the same night later, as after a change of the registry, has a tag of its own: 2026-11-21.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tracker.errors import SourceError
from tracker.handover.hub.client import KIND, Client
from tracker.handover.hub.folder import SUMS

MAX_ATTEMPTS = 3  # another may take a name between


@dataclass(frozen=True)
class Tag:
    """The tag of what is published: was it made now? `first` is that of the night as it was published first."""

    name: str
    is_new: bool
    first: str

    @property
    def is_restated(self) -> bool:
        """Whether another content of the same night was published before."""
        return self.name != self.first


def known(client: Client, name: str, day: date) -> dict[str, str]:
    """Return tag -> commit of all that was published of a night, in that order."""
    refs = client.ask(name, lambda api: api.list_repo_refs(name, repo_type=KIND))
    found = {
        int(match[1] or 1): (each.name, each.target_commit)
        for each in refs.tags
        if (match := re.fullmatch(rf"{day}(?:\.(\d+))?", each.name))
    }
    return dict(found[number] for number in sorted(found))


def following(tags: dict[str, str], day: date) -> str:
    """Return the name of the next tag of a night."""
    last = list(tags)[-1].removeprefix(str(day)) if tags else None
    return str(day) if last is None else f"{day}.{int(last[1:] or 1) + 1}"


def settle(client: Client, name: str, day: date, commit: str, content: str) -> Tag:
    """Let a tag of the night stand for a commit; one that stands for the same content is left as it is.

    `content` is the hash in git of the list of hashes, which is the same where all files but the card are.
    """
    for _ in range(MAX_ATTEMPTS):
        tags = known(client, name, day)
        for tag, at in tags.items():
            if at == commit or _content(client, name, at) == content:
                return Tag(tag, False, next(iter(tags)))
        new = following(tags, day)
        if _made(client, name, new, commit):
            return Tag(new, True, next(iter(tags), new))
    raise SourceError(f"no tag of {day} could be made for {name}: others make them at the same time; run it again")


def _content(client: Client, name: str, commit: str) -> str | None:
    found = client.ask(name, lambda api: api.get_paths_info(name, [SUMS], repo_type=KIND, revision=commit))
    return next((str(getattr(each, "blob_id", "")) for each in found), None)


def _made(client: Client, name: str, tag: str, commit: str) -> bool:
    """Make a tag; whether an answer was lost or another was quicker is seen by who looks again."""
    client.ask(name, lambda api: api.create_tag(name, tag=tag, revision=commit, repo_type=KIND, exist_ok=True))
    refs = client.ask(name, lambda api: api.list_repo_refs(name, repo_type=KIND))
    return any(each.name == tag and each.target_commit == commit for each in refs.tags)
