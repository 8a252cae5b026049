"""How a data set of the Hub is named.

OWNER/NAME where it is written, hf://datasets/OWNER/NAME@revision where it is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.errors import SettingsError

SCHEME = "hf://"
FORM = f"{SCHEME}datasets/OWNER/NAME@revision"
MAIN = "main"

_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?"
_NAME = re.compile(rf"{_PART}/{_PART}")
_WITHIN = re.compile(rf"(?:^|/)(?:datasets/)?({_PART}/{_PART})/?$")
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,254}")


@dataclass(frozen=True)
class Address:
    """A data set and what is asked of it: a branch, a tag, a commit."""

    name: str
    revision: str

    def __str__(self) -> str:
        return f"{SCHEME}datasets/{self.name}" + ("" if self.revision == MAIN else f"@{self.revision}")


def repository(text: str) -> str:
    """Return a name as it was written. Raises SettingsError for what is none, with what may have been meant."""
    if _NAME.fullmatch(text) and not re.search(r"--|\.\.|\.git$", text) and not text.startswith("datasets/"):
        return text
    within = _WITHIN.search(text.partition("@")[0])
    meant = f"; did you mean {within[1]}?" if within and within[1] != text else ""
    raise SettingsError(
        f"{text!r} is no name of a data set on the Hub; write OWNER/NAME, of letters, digits and single - _ .{meant}"
    )


def address(text: str) -> Address:
    """Return what an address names. Raises SettingsError for one of another form."""
    kind, _, rest = text.removeprefix(SCHEME).partition("/")
    name, at, revision = rest.partition("@")
    if kind != "datasets":
        what = {"models": "a model", "spaces": "a Space", "buckets": "a bucket"}.get(kind, "no data set")
        raise SettingsError(f"{text}: that is {what}; write {FORM}")
    try:
        repository(name)
    except SettingsError as error:
        raise SettingsError(f"{text}: {error}; the whole is {FORM}") from None
    if at and (not _REVISION.fullmatch(revision) or ".." in revision):
        raise SettingsError(f"{text}: {revision!r} is no revision; write a day, a tag, a branch or a commit behind @")
    return Address(name, revision or MAIN)
