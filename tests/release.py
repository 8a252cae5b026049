"""Build wheel and sdist, twice to the same bytes, and run the wheel where nothing else is (`make release`).

The wheel is installed with the packages of the core lock alone into an environment outside of the repository. There it
runs the demo, the report, the site, and the nightly job against a loopback Hub.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tests.command_line import environment

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
LOCK = ROOT / "requirements" / "core.lock"
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")


def build(folder: Path) -> dict[str, str]:
    """Build both into a folder; return the hash of each file by its name."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True)
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(folder.iterdir())}


def contents(wheel: Path) -> None:
    """Raise AssertionError unless what the demo needs is in a wheel, and no test is."""
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith(".ttf") for name in names), "no fonts"
    assert "tracker/_registry/families.csv" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "data/"))], names


def run_alone(wheel: Path, place: Path) -> None:
    """Install a wheel into an empty environment in this place, and run there what its users run first."""
    subprocess.run([sys.executable, "-m", "venv", str(place / "venv")], check=True)
    python = place / "venv" / "bin" / "python"
    subprocess.run([python, *PIP, "--require-hashes", "-r", str(LOCK)], check=True)
    subprocess.run([python, *PIP, "--no-deps", str(wheel)], check=True)

    def call(*words: str, **more: str) -> None:
        env = {name: value for name, value in environment(**more).items() if name != "PYTHONPATH"}
        done = subprocess.run([python, "-m", *words], cwd=place, env=env, capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
        print("ran", " ".join(words))

    call("tracker", "demo", "--quiet")
    demo = str(place / "data" / "demo")
    call("tracker", "report", "--data-dir", demo)
    call("tracker", "site", str(place / "public"), "--models", "20", "--no-pictures", "--data-dir", demo)
    hub = subprocess.Popen(
        [python, "-m", "tracker.demo", "serve", "--models", "500", "--nights", "1", "--with-parent"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=place,
        env={name: value for name, value in environment().items() if name != "PYTHONPATH"},
    )  # fmt: skip
    assert hub.stdout is not None and hub.stdin is not None
    told = json.loads(hub.stdout.readline())
    call("jobs", "run", "nightly", HF_ENDPOINT=told["endpoint"], TRACKER_DATA_DIR=str(place / "own"))
    hub.stdin.close()
    hub.wait(30)
    assert (place / "own" / "tracker.duckdb").exists()


def main() -> None:
    """Build, compare, look inside and run; leave both files in dist/."""
    with tempfile.TemporaryDirectory(prefix="tracker-release-") as place:
        first, again = build(Path(place) / "first"), build(Path(place) / "again")
        assert first == again, f"two builds differ: {first} {again}"
        made = build(DIST)
        assert made.items() >= first.items()
        [wheel] = (DIST / name for name in first if name.endswith(".whl"))
        contents(wheel)
        run_alone(wheel, Path(place))
    for name, digest in first.items():
        print(digest, name)


if __name__ == "__main__":
    main()
