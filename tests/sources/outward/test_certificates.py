"""Certificates that are of no use are told by their variable and place; what nobody looks at is not refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import certifi
import pytest

from tracker.errors import SettingsError
from tracker.settings import Settings
from tracker.sources.outward import certificates, hub, plain

HUB = "https://hub.example"


def absent(place: Path) -> None:
    pass


def below_a_file(place: Path) -> None:
    place.parent.rmdir()
    place.parent.write_text("")


def garbage(place: Path) -> None:
    place.write_text("-----BEGIN CERTIFICATE-----\nno base64\n-----END CERTIFICATE-----\n")


def key(place: Path) -> None:
    place.write_text("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n")


FILES: list[tuple[Callable[[Path], object], str]] = [
    (absent, "is not there"),
    (below_a_file, "cannot be read (Not a directory)"),
    (lambda place: place.symlink_to(place), "cannot be read (Too many levels of symbolic links)"),
    (os.mkfifo, "is no file"),
    (Path.touch, "holds no certificate"),
    (garbage, "holds no certificate"),
    (key, "holds no certificate"),
    (lambda place: place.write_bytes(bytes(range(256))), "holds no certificate"),
]


def said(check: Callable[[], object]) -> str:
    with pytest.raises(SettingsError) as caught:
        check()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(("make", "wanted"), FILES)
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", *certificates.OF_OTHERS])
def test_a_file_of_no_use_is_named(tmp_path: Path, monkeypatch, variable: str, make, wanted: str) -> None:
    place = tmp_path / "in" / "ca.pem"
    place.parent.mkdir()
    make(place)
    monkeypatch.setenv(variable, str(place))
    ours, others = (lambda: hub.check_certificates(Settings(endpoint=HUB))), (lambda: plain.check(HUB))
    wrong, unread = (ours, others) if variable == "SSL_CERT_FILE" else (others, ours)
    assert said(wrong).startswith(f"{variable} names {place}, which {wanted}; name a file of certificates (PEM)")
    unread()  # the library does not look there


@pytest.mark.parametrize("variable", certificates.OF_OTHERS)
def test_a_bundle_matters_to_https_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "absent"))
    assert plain.check("http://hub.example") is None
    assert variable in said(lambda: plain.check(HUB))


@pytest.mark.parametrize("variable", ["SSL_CERT_DIR", *certificates.OF_OTHERS])
def test_a_folder_needs_names_that_are_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    (tmp_path / "ca.pem").write_text(Path(certifi.where()).read_text())
    monkeypatch.setenv(variable, str(tmp_path))
    ours, others = (lambda: hub.check_certificates(Settings(endpoint=HUB))), (lambda: plain.check(HUB))
    check = ours if variable == "SSL_CERT_DIR" else others
    assert f"{variable} names {tmp_path}, where no certificate lies under its hash" in said(check)
    (tmp_path / "0a1b2c3d.0").symlink_to("ca.pem")
    check()


def test_folders_of_the_hub_matter_to_https_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path / 'absent'}:{tmp_path}")
    hub.check_certificates(Settings(endpoint="http://127.0.0.1:8000"))
    assert "no certificate lies under its hash" in said(lambda: hub.check_certificates(Settings(endpoint=HUB)))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "absent"))
    assert "cannot be read (No such file or directory)" in said(lambda: hub.check_certificates(Settings(endpoint=HUB)))
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())  # then nobody looks into the folder
    hub.check_certificates(Settings(endpoint=HUB))


def test_a_file_for_keys_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "absent" / "keys"))
    assert said(lambda: plain.check(HUB)).startswith("SSLKEYLOGFILE names a file that cannot be written")
    plain.check("http://shelf.example")
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())  # then the client's context reads it too
    assert "SSLKEYLOGFILE" in said(lambda: hub.check_certificates(Settings(endpoint=HUB)))


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", *certificates.OF_OTHERS])
def test_a_file_of_certificates_is_taken(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, certifi.where())
    hub.check_certificates(Settings(endpoint=HUB))
    plain.check(HUB)
    monkeypatch.setenv(variable, "")
    hub.check_certificates(Settings(endpoint=HUB))
    plain.check(HUB)
