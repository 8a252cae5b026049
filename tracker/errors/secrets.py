"""What is secret is shown nowhere: every text that leaves the process for people goes through `redact`.

Hidden are tokens (`hf_...`, what follows `Bearer` and `Basic`), user names and passwords of addresses, what the
environment says for tokens and proxies, and values that are told at run time by `remember`. A password that was cut
in two by a `#` that should have been `%23` is hidden piece by piece: libraries complain of the pieces.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

TOKEN = "[token]"
HIDDEN = "[hidden]"
TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_OIDC_ID_TOKEN")  # variables of the environment
ADDRESSES = ("http_proxy", "https_proxy", "all_proxy", "HF_ENDPOINT")  # in both cases of letters

_LOOKS_LIKE_ONE = r"\bhf_[A-Za-z0-9]{16,}[^\s,;:.)\]}\"'`]*|(?<=Bearer )\S+|(?<=uthorization: Basic )\S+"
# lengths have bounds: a text that a stranger sent is looked through at each of its letters
_SCHEME = r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30}://)"
_USER = _SCHEME + r"[^\s\"'`<>/?#]{0,1000}@"
_USER_AND_PASSWORD = _SCHEME + r"[^\s\"'`<>/?#:@]{0,1000}:(?!\d{1,5}/)[^\s\"'`<>]{0,1000}@"
_PIECES = r"[:/?#@%\s\[\]]+"
_LEAST = 3  # letters: what is shorter tells nothing, and stands in every other word
_LEAST_INSIDE = 6  # letters: what is shorter is hidden where it stands as a word alone

_told: dict[str, str] = {}


def remember(secret: str, shown: str = HIDDEN) -> None:
    """Hide a value, and the pieces that a library would cut it into, from now on; `shown` stands in its place."""
    _told.update(_forms(secret, shown))


def redact(text: str) -> str:
    """Return a text without anything secret."""
    known = {**_of_the_environment(), **_told}
    for secret in sorted(known, key=len, reverse=True):
        if secret in text:
            text = known[secret].join(_hiding(secret).split(text))
    text = re.sub(_USER_AND_PASSWORD, rf"\g<scheme>{HIDDEN}@", text)
    text = re.sub(_USER, rf"\g<scheme>{HIDDEN}@", text)
    return re.sub(_LOOKS_LIKE_ONE, TOKEN, text)


def password_of(address: str) -> str:
    """Return what is secret in an address, as it is written there: what follows the user's name, else the name."""
    user, at, _host = address.partition("://")[2 if "://" in address else 0].rpartition("@")
    name, colon, password = user.partition(":")
    return (password if colon else name) if at else ""


def _of_the_environment() -> dict[str, str]:
    known: dict[str, str] = {}
    for name in TOKENS:
        known.update(_forms(os.environ.get(name, ""), TOKEN))
    for name in (*ADDRESSES, *(each.upper() for each in ADDRESSES)):
        known.update(_forms(password_of(os.environ.get(name, "")), HIDDEN))
    return known


def _forms(secret: str, shown: str) -> Iterator[tuple[str, str]]:
    """Yield a secret as it is, as an address and Python write it, and in pieces."""
    if len(secret) < _LEAST:
        return
    from urllib.parse import unquote

    plain = unquote(secret)
    forms = {secret, secret.strip(), "".join(secret.split()), plain, repr(secret)[1:-1], ascii(secret)[1:-1]}
    for form in forms.union(re.split(_PIECES, secret), re.split(_PIECES, plain)):
        if len(form) >= _LEAST:
            yield form, shown


def _hiding(secret: str) -> re.Pattern[str]:
    pattern = re.escape(secret)
    return re.compile(pattern if len(secret) >= _LEAST_INSIDE else rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])")
