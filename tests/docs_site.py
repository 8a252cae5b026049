"""The documents as a site: README, CONTRIBUTING, CHANGELOG, docs/ and the registry's own (`make docs-site`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
WHERE = ROOT / "build" / "docs-site"


def build(folder: Path) -> str:
    """Build the site from nothing into a folder; return what was complained of, a line each."""
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-b", "html", "-c", str(ROOT / "docs" / "site")]
    doctrees = ["-d", str(folder.with_name(f"{folder.name}.doctrees"))]
    done = subprocess.run([*command, *doctrees, str(ROOT), str(folder)], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stderr


if __name__ == "__main__":
    if said := build(WHERE):
        sys.exit(said)
    print(WHERE / "docs" / "index.html")
