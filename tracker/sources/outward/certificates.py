"""Which certificates a connection is judged by: those of the system, or what the environment names instead."""

from __future__ import annotations

import os
import re
import ssl
import stat
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import httpx2

from tracker.errors import SettingsError

OF_THE_HUB = ("SSL_CERT_FILE", "SSL_CERT_DIR")  # the first that is set counts
OF_OTHERS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_HASHED = re.compile(r"[0-9a-fA-F]{8}\.\d+")  # the only names that OpenSSL looks for in a folder
_NEXT = "name a file of certificates (PEM) that can be read, or unset it"


def context() -> ssl.SSLContext:
    """Return what connections to the Hub are judged by. Raises SettingsError where its file is of no use.

    It is made anew where the environment, or the file, says something else: to read a hundred certificates takes long.
    """
    usual = ssl.get_default_verify_paths()
    named = os.environ.get("SSL_CERT_FILE") or usual.openssl_cafile
    return _context(*(os.environ.get(name) for name in (*OF_THE_HUB, "SSLKEYLOGFILE")), _state(Path(named)))


@lru_cache(maxsize=1)
def _context(*_: object) -> ssl.SSLContext:
    if (variable := in_use(OF_THE_HUB)) == "SSL_CERT_FILE":
        _check_file(variable, Path(os.environ[variable]))
    try:
        return httpx2.create_ssl_context()
    except OSError as error:
        raise _no_keylog(error) from None


def _state(place: Path) -> tuple[int, ...] | None:
    """Return by what another state of a file is known; None where none can be looked at."""
    try:
        found = place.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def check(variables: tuple[str, ...]) -> None:
    """Raise SettingsError where what the environment names holds no certificate: every https answer would fail."""
    variable = in_use(variables)
    if variable is None:
        return
    place = Path(os.environ[variable])
    if variable == "SSL_CERT_DIR":
        _check_folders(variable, os.environ[variable].split(os.pathsep))
    elif variable != "SSL_CERT_FILE" and _mode(variable, place, stat.S_ISDIR):
        _check_folders(variable, [str(place)])
    else:
        _check_file(variable, place)


def check_keys() -> None:
    """Raise SettingsError where the file cannot be written that every connection's keys are to go to."""
    try:
        ssl.create_default_context()
    except OSError as error:
        raise _no_keylog(error) from None


def in_use(variables: tuple[str, ...]) -> str | None:
    """Return the variable that is looked at; None where none is set."""
    return next((name for name in variables if os.environ.get(name)), None)


def _no_keylog(error: OSError) -> SettingsError:
    """Return the error of the file that Python writes keys of connections to, where it is told to."""
    return SettingsError(f"SSLKEYLOGFILE names a file that cannot be written ({error.strerror}); unset it")


def _check_file(variable: str, place: Path) -> None:
    if not _mode(variable, place, stat.S_ISREG):
        raise SettingsError(f"{variable} names {place}, which is no file; {_NEXT}")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=place)
    except ssl.SSLError:
        raise SettingsError(f"{variable} names {place}, which holds no certificate; {_NEXT}") from None
    except OSError as error:
        raise SettingsError(f"{variable} names {place}, which cannot be read ({error.strerror}); {_NEXT}") from None


def _check_folders(variable: str, places: list[str]) -> None:
    for place in places:
        try:
            if any(_HASHED.fullmatch(name) for name in os.listdir(place or ".")):  # noqa: PTH208  names alone
                return
        except OSError as error:
            if len(places) == 1:
                raise SettingsError(
                    f"{variable} names {place}, which cannot be read ({error.strerror}); {_NEXT}"
                ) from None
    named = os.environ[variable]
    raise SettingsError(
        f"{variable} names {named}, where no certificate lies under its hash; run `openssl rehash` there, or unset it"
    )


def _mode(variable: str, place: Path, is_kind: Callable[[int], bool]) -> bool:
    """Return whether a place is of a kind; a pipe is never opened, which would wait forever."""
    try:
        return is_kind(place.stat().st_mode)
    except FileNotFoundError:
        raise SettingsError(f"{variable} names {place}, which is not there; {_NEXT}") from None
    except OSError as error:
        raise SettingsError(f"{variable} names {place}, which cannot be read ({error.strerror}); {_NEXT}") from None
