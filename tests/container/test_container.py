"""The container, as far as it can be tried without Docker: what its files say, and what they say run in a box."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from jobs.__main__ import cli as jobs_cli
from tests import planted
from tests.container import box, dockerfile
from tests.demo.made_models import made_model
from tracker.cli import cli
from tracker.demo import HubProcess


def checked(command: list[str]) -> bool:
    """Whether a command and its options are ours: its words lead to a command, which takes the rest."""
    if command[:3] == ["python", "-m", "jobs"]:
        group, words = jobs_cli, command[3:]
    else:
        assert command[0] == "tracker", command
        group, words = cli, command[1:]
    _, found, rest = group.resolve_command(group.make_context("", [words[0]], resilient_parsing=True), words)
    assert found is not None
    found.make_context(found.name, list(rest))  # raises UsageError for an option that is none
    return True


def test_hadolint_finds_nothing() -> None:
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if linter is None:
        if os.environ.get("EXTRAS_TESTS") == "required":
            pytest.fail("hadolint of requirements/readers.lock is not installed, and EXTRAS_TESTS=required")
        pytest.skip("needs hadolint (make extras)")
    done = subprocess.run([linter, str(dockerfile.FILE)], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_image_is_what_is_locked_and_nothing_in_it_runs_as_root() -> None:
    bases = [words.split()[0] for name, words in dockerfile.instructions() if name == "FROM"]
    assert set(bases) == {"python:3.11.14-slim-bookworm"}, "pinned by version, the same in every stage"
    installs = [words for name, words in dockerfile.instructions() if "pip install" in words]
    assert all("--require-hashes" in each or "--no-deps --no-build-isolation ." in each for each in installs)
    locks = [source for source in dockerfile.copied() if source.endswith(".lock")]
    assert locks and all(f"--requirement {lock}" in " ".join(installs) for lock in locks)
    user, group = dockerfile.only("USER").split(":")
    assert int(user) > 0 and int(group) > 0, "numbers: a name cannot be told from root's"
    assert dockerfile.only("VOLUME") == dockerfile.environment()["TRACKER_DATA_DIR"] == "/data"
    assert checked(dockerfile.command("CMD")) and checked(dockerfile.command("HEALTHCHECK"))
    assert dockerfile.command("HEALTHCHECK") == ["tracker", "status", "--check"]


def test_compose_lets_nothing_run_as_root_or_write_elsewhere() -> None:
    pytest.importorskip("yaml", reason="needs PyYAML (make extras)")
    services = dockerfile.services()
    for name, service in services.items():
        user = service["user"].replace("${TRACKER_UID:-", "").replace("${TRACKER_GID:-", "").replace("}", "")
        assert all(int(number) > 0 for number in user.split(":")), name
        assert service["read_only"] is True and service["init"] is True and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"] and service["tmpfs"] == ["/tmp"], name
        assert "privileged" not in service and "network_mode" not in service, name
        [volume] = service["volumes"]
        assert volume.split(":")[:2] == ["data", "/data"], name
        assert checked(service["command"]), name
        assert all(address.startswith("127.0.0.1:") for address in service.get("ports", ())), name
    writers = [name for name, service in services.items() if service["volumes"] == ["data:/data"]]
    assert "serve" in services and writers == ["jobs"] and services["jobs"]["command"] == dockerfile.command("CMD")
    assert services["jobs"]["healthcheck"]["test"] == ["CMD", *dockerfile.command("HEALTHCHECK")]


def test_the_document_speaks_of_services_and_commands_that_are_there() -> None:
    pytest.importorskip("yaml", reason="needs PyYAML (make extras)")
    text = (dockerfile.ROOT / "docs" / "container.md").read_text(encoding="utf-8")
    named = re.findall(
        r"docker compose (?:exec|run[^`\n]*?|logs --follow) (\w+)(?: (tracker [^`#\n]*))?(?=[`#\n])", text
    )
    assert len(named) >= 4
    for service, command in named:
        assert service in dockerfile.services()
        assert not command or checked(shlex.split(command))


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the build leaves in /opt/tracker, made of what the Dockerfile copies and .dockerignore lets in."""
    box.require()
    place = tmp_path_factory.mktemp("image")
    for each in (place, *place.parents):
        if "pytest-of-" in str(each):
            each.chmod(0o755)
    source = dockerfile.context(place / "src")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    return box.installed(next(place.glob("*.whl")), place / "opt")


@pytest.fixture
def container(image: Path, tmp_path: Path) -> Iterator[box.Box]:
    """One container; whatever happens in it, nothing is left in its /tmp, and its data are its user's."""
    tmp_path.chmod(0o755)
    made = box.Box(image, tmp_path)
    yield made
    assert list(made.tmp.iterdir()) == []
    assert {each.lstat().st_uid for each in made.data.rglob("*")} <= {made.uid}


def test_a_number_without_name_and_home_runs_all_with_nothing_else_to_write(
    hub: Callable[..., HubProcess], container: box.Box
) -> None:
    today = datetime.now(UTC).date()
    nights = {today: [made_model(number) | {"downloads": number} for number in range(60)]}
    environ = {"HF_ENDPOINT": hub(nights).endpoint, "HF_TOKEN": ""}
    assert (
        "PermissionError" not in (unwell := container.run(*dockerfile.command("HEALTHCHECK"), environ=environ)).stderr
    )
    assert unwell.returncode == 4 and "tracker update" in unwell.stderr

    with container.start(dockerfile.command("CMD"), environ) as scheduler:
        assert scheduler.stderr is not None
        said = [next(line for line in scheduler.stderr if f"{today}: landed 60 models" in line)]
        said += [next(line for line in scheduler.stderr if "ended" in line)]
        box.signal_first(scheduler, signal.SIGTERM)
        said += scheduler.stderr.readlines()
    assert "nightly ended with exit code 0" in said[1] and scheduler.returncode == 143, said
    assert not {word for word in ("Permission", "writable", "Traceback", "cache") if word in "".join(said)}, said

    def run(*command: str, **options: Any) -> subprocess.CompletedProcess[str]:
        done = container.run(*command, environ=environ, **options)
        assert (done.returncode, done.stderr) == (0, ""), command
        return done

    well = run(*dockerfile.command("HEALTHCHECK"))
    assert f"newest night\t{today} (60 models" in well.stdout
    run("tracker", "chart", "top_models", "-o", "/data/top.png", "-q")  # matplotlib, fonts and all
    assert (container.data / "top.png").read_bytes().startswith(b"\x89PNG")
    # what only reads needs no right to write, not even in the volume
    rows = run("tracker", "sql", "select count(*) as n from models", "--json", may_write=False)
    assert '"n": 60' in rows.stdout
    run("tracker", "top", "-q", may_write=False)
    refused = container.run("tracker", "update", environ=environ, may_write=False)
    assert refused.returncode == 1 and "/data: Read-only file system; mount it for writing" in refused.stderr


def test_what_answers_others_does_so_from_a_volume_that_it_cannot_write_to(container: box.Box) -> None:
    pytest.importorskip("fastapi", reason="needs fastapi (make extras)")
    pytest.importorskip("yaml", reason="needs PyYAML (make extras)")
    shutil.copytree(planted.folder(), container.data, symlinks=True, dirs_exist_ok=True)
    for each in (container.data, *container.data.rglob("*")):
        os.chown(each, container.uid, container.uid, follow_symlinks=False)
    command = [*dockerfile.services()["serve"]["command"], "--port", "0"]
    with container.start(command, may_write=False) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip().strip("/").rpartition(":")[2]
        with urlopen(f"http://127.0.0.1:{port}/api/top?of=models&rows=3") as answer:
            assert len(json.load(answer)["rows"]) == 3
        box.signal_first(server, signal.SIGTERM)
        _, said = server.communicate(timeout=20)
    assert server.returncode in (0, 143) and "Traceback" not in said, said


def test_a_volume_that_is_anothers_is_told_in_one_line(container: box.Box) -> None:
    os.chown(container.data, 0, 0)
    done = container.run("python", "-m", "jobs", "run", "nightly")
    assert done.returncode == 1 and "cannot write to /data" in done.stderr and "Traceback" not in done.stderr
