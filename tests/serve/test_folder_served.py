"""`tracker site --serve`: a site over HTTP for whoever sits at this machine, as files of it stand there now."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.command_line import called, environment
from tracker.pages.site.build import File
from tracker.pages.site.tree import whole

FILES = {
    "index.html": b"first",
    "families/index.html": b"families",
    "assets/site.css": b"p{}",
    "assets/names.js": b"f()",
    "figures/a.svg": b"<svg/>",
    "figures/a.csv": b"a,b",
    "figures/a.sql": b"select 1",
    "figures/a.png": b"png",
    "figures/a.pdf": b"pdf",
    "assets/inter.woff2": b"font",
    "v/x/manifest.json": b"{}",
    "feed.xml": b"<feed/>",
}
TYPES = {
    "/": "text/html; charset=utf-8", "/families/": "text/html; charset=utf-8",
    "/assets/site.css": "text/css; charset=utf-8", "/assets/names.js": "text/javascript; charset=utf-8",
    "/figures/a.svg": "image/svg+xml; charset=utf-8",
    "/figures/a.csv": "text/csv; charset=utf-8", "/figures/a.sql": "text/plain; charset=utf-8",
    "/figures/a.png": "image/png", "/figures/a.pdf": "application/pdf", "/assets/inter.woff2": "font/woff2",
    "/v/x/manifest.json": "application/json", "/feed.xml": "application/xml; charset=utf-8",
}  # fmt: skip


def write(root: Path, content: bytes) -> None:
    whole.write(
        [File("index.html", content), *(File(*each) for each in FILES.items() if each[0] != "index.html")], root
    )


class Reader:
    """A line to the server, as a browser holds one open."""

    def __init__(self, port: int) -> None:
        self.port, self.line = port, http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, dict[str, str]]:
        self.line.request(method, path, headers=headers)
        response = self.line.getresponse()
        return response.status, response.read(), {name.lower(): value for name, value in response.getheaders()}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Reader, subprocess.Popen[str]]]:
    """A site, a line to the process that serves it, and the process; no data folder is there."""
    root = tmp_path_factory.mktemp("served") / "public"
    write(root, FILES["index.html"])
    (root / ".git").mkdir()
    (root / ".git/config").write_text("secret")
    command = [sys.executable, "-m", "tracker", "site", str(root), "--serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(), cwd=root.parent
    ) as process:
        assert process.stdout
        address = urlsplit(process.stdout.readline().strip())
        assert address.hostname == "127.0.0.1" and address.port
        reader = Reader(address.port)
        yield root, reader, process
        reader.line.close()
        process.kill()


def test_every_file_comes_as_what_it_is(served: tuple[Path, Reader, object]) -> None:
    root, reader, _ = served
    for path, kind in TYPES.items():
        status, body, headers = reader.get(path)
        name = f"{path}index.html".lstrip("/") if path.endswith("/") else path.lstrip("/")
        assert (status, body, headers["content-type"]) == (200, (root / name).read_bytes(), kind)
        assert headers["x-content-type-options"] == "nosniff"
    assert reader.get("/index.html", "HEAD")[1] == b"" and reader.get("/index.html?q=x")[0] == 200
    status, _, headers = reader.get("/families")
    assert status == 301 and headers["location"].endswith("/families/")


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/v/", "/assets/", "/.git/config", "/%2egit/config", "/../../etc/passwd", "/%2e%2e/x", "/.nojekyll"],
)
def test_what_is_no_page_is_not_shown(path: str, served: tuple[Path, Reader, object]) -> None:
    assert served[1].get(path)[0] == 404


def test_no_page_of_another_host_reads_it(served: tuple[Path, Reader, object]) -> None:
    _, reader, _ = served
    own = {f"127.0.0.1:{reader.port}": 200, f"localhost:{reader.port}": 200, "localhost": 200}
    for host, status in {**own, "evil.example": 421, "localhost.evil.example": 421, "": 421}.items():
        assert reader.get("/", Host=host)[0] == status, host
    assert reader.get("/", "POST")[0] == 501


def test_a_site_that_takes_its_place_is_shown_at_the_next_page(served: tuple[Path, Reader, object]) -> None:
    root, reader, _ = served
    _, before, headers = reader.get("/")
    write(root, b"later")
    assert before == b"first" and headers["cache-control"] == "no-store"
    assert reader.get("/", **{"If-Modified-Since": headers["last-modified"]})[:2] == (200, b"later")


def test_it_says_where_a_port_is_taken_or_there_is_nothing(served: tuple[Path, Reader, object], tmp_path: Path) -> None:
    root, _, _ = served
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = called("site", str(root), "--serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2 and "choose another with --port" in done.stderr
    none = called("site", str(tmp_path / "none"), "--serve", "--data-dir", str(tmp_path / "data"))
    assert none.returncode == 1 and "nothing" in none.stderr and not (tmp_path / "none").exists()


def test_ctrl_c_ends_it_well(served: tuple[Path, Reader, subprocess.Popen[str]]) -> None:
    """The last of them: an open line of a reader does not hold it up."""
    _, reader, process = served
    assert reader.get("/")[0] == 200
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "") and err.count("\n") == 1 and "until Ctrl-C" in err
