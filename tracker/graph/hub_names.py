"""Which model a text names on the Hub: an id, an id in disguise, or none.

People write into a model's card what stood in their training script: an address, a folder of the Hub's cache, an id
with a revision. What is read here is what it names, never whether that model exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

# as huggingface_hub's validate_repo_id has it, but for `--` and `..`, which some old ids have
ID = re.compile(r"(?:[\w.-]{1,96}/)?[\w.-]{1,96}")
HOSTS = "huggingface.co|hf.co|hf-mirror.com"
_CHARACTERS = r"[\pL\pN_.-]+"  # those of ID, as engines without Python's `\w` know them
_ADDRESS = re.compile(
    rf"(?:(?:https?://)?(?:www\.)?(?:{HOSTS})/|(?:ssh://)?git@(?:{HOSTS})[:/])(?P<rest>.*)|hf://(?P<path>.*)",
    re.IGNORECASE | re.DOTALL,
)
_CACHED = re.compile(r"(?:^|[/\\])models--(?P<id>[\w.-]+?)(?:[/\\]|$)")
_NOT_MODELS = ("datasets", "spaces", "collections", "papers", "docs", "blog", "organizations")
_INSIDE = ("tree", "blob", "resolve", "raw", "commit", "commits", "discussions")  # what follows an id in an address


def named(text: str) -> str:
    """Return the id of the model that a text names: itself where it is one, or is none in any disguise.

    Read are addresses of the Hub and its mirrors, for git and Ollama too, folders of the Hub's cache
    (`models--org--name/snapshots/...`), an id with `@revision`, with `.git`, with a slash at its end or blanks around.
    """
    said = text.strip().strip("'\"").strip()
    found = _in_address(said) or _in_cache(said) or _bare(said)
    return found or said


def is_id(text: str) -> bool:
    """Return whether a text could be the id of a model; a path of a disk, an address or a tag is none."""
    return ID.fullmatch(text) is not None and not {".", ".."} & set(text.split("/"))


def is_id_in_sql(column: str) -> str:
    """Return `is_id` of a column as a condition in SQL; the published views have it written out."""
    return (
        f"(regexp_matches({column}, '^({_CHARACTERS}/)?{_CHARACTERS}$') "
        f"and not regexp_matches({column}, '(^|/)[.][.]?(/|$)') "
        f"and strpos({column}, '/') <= 97 and length({column}) - strpos({column}, '/') <= 96)"
    )


def disguised(texts: Iterable[str]) -> dict[str, str]:
    """Return what those texts name that name something else than they say."""
    return {text: name for text in texts if (name := named(text)) != text}


def _in_address(said: str) -> str | None:
    found = _ADDRESS.fullmatch(said)
    if not found:
        return None
    path = re.split(r"[?#]", unquote(found["rest"] or found["path"] or ""), maxsplit=1)[0]
    parts = [part for part in path.partition(":")[0].split("/") if part]  # `hf.co/org/name:Q4_K_M` names a file of it
    if parts[:1] == ["models"]:
        parts = parts[1:]
    if not parts or parts[0] in _NOT_MODELS:
        return None
    return _before_inside(parts)


def _before_inside(parts: list[str]) -> str | None:
    """Return the id that the parts of a path begin with, where what follows is a place within the model."""
    inside = next((place for place, part in enumerate(parts[:3]) if place and part in _INSIDE), len(parts))
    return _bare("/".join(parts[:inside]))


def _in_cache(said: str) -> str | None:
    found = _CACHED.search(said)
    parts = found["id"].split("--") if found else []
    return "/".join(parts) if len(parts) in (1, 2) and all(parts) else None


def _bare(said: str) -> str | None:
    """Return an id without what may follow it: a revision, `.git`, a slash."""
    plain, _, revision = said.partition("@")
    if ":" in revision:  # `git@github.com:org/name`
        return None
    plain = plain.rstrip("/").removesuffix(".git")
    parts = plain.split("/")
    if len(parts) > 2 and parts[2] in _INSIDE:
        plain = "/".join(parts[:2])
    return plain if is_id(plain) else None
