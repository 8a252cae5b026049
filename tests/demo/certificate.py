"""A certificate for the loopback address, for a Hub that serves https."""

from __future__ import annotations

from pathlib import Path

import trustme


def loopback_certificate(folder: Path) -> Path:
    """Write key, certificate and authority into one PEM file, which both server and client take."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", "localhost")
    path = folder / "loopback.pem"
    for part in (issued.private_key_and_cert_chain_pem, authority.cert_pem):
        part.write_to_path(path, append=True)
    return path
