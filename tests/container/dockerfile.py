"""What Dockerfile and compose.yaml say, read without Docker."""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FILE = ROOT / "Dockerfile"
IGNORED = ROOT / ".dockerignore"


def instructions() -> list[tuple[str, str]]:
    """Return each instruction and what follows it, lines that go on joined."""
    text = re.sub(r"^#[^\n]*\n", "", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(name.upper(), rest) for line in lines if line for name, _, rest in [line.partition(" ")]]


def last_stage() -> list[tuple[str, str]]:
    """Return the instructions of the image itself."""
    every = instructions()
    return every[max(at for at, (name, _) in enumerate(every) if name == "FROM") :]


def only(name: str) -> str:
    """Return what follows the one instruction of this name in the image itself."""
    [found] = [rest for each, rest in last_stage() if each == name]
    return found


def environment() -> dict[str, str]:
    """Return the variables that the image sets, on top of the base image's PATH."""
    base = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
    pairs = (word.partition("=") for word in shlex.split(only("ENV")))
    return base | {name: value.replace("$PATH", base["PATH"]) for name, _, value in pairs}


def command(name: str) -> list[str]:
    """Return a command in its exec form: that of CMD, or of HEALTHCHECK."""
    words: list[str] = json.loads(re.search(r"\[.*\]", only(name))[0])  # type: ignore[index]
    return words


def copied() -> list[str]:
    """Return what the build stage takes from the context."""
    found = (shlex.split(rest) for name, rest in instructions() if name == "COPY" and "--from" not in rest)
    return [source for words in found for source in words[:-1]]


def context(to: Path) -> Path:
    """Copy what the build takes of this repository, less what .dockerignore leaves out, to where it stands there."""
    lines = IGNORED.read_text(encoding="utf-8").splitlines()
    let_in = [line[1:] for line in lines if line.startswith("!")]
    for source in copied():
        assert any(fnmatch.fnmatch(source, rule) for rule in let_in), f"{source} is copied and ignored"
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, to / source, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (to / source).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, to / source)
    return to


def services() -> dict[str, dict[str, Any]]:
    """Return the services of compose.yaml, merged keys in their places."""
    import yaml

    found: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return found
