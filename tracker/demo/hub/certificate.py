"""A self-signed certificate for 127.0.0.1, made with nothing but the standard library.

The machine may have no `openssl` program, and a package for one loopback certificate is too much. So: an
ECDSA key on P-256 (FIPS 186-4), an X.509 v3 certificate written as DER (RFC 5280). Good for a demo
server that lives for minutes; the arithmetic takes no care to hide the key from someone timing it.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

Point: TypeAlias = tuple[int, int] | None  # None: the point at infinity

# P-256
FIELD = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
GENERATOR: Point = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

INTEGER, BIT_STRING, OCTETS, OID, UTF8, UTC_TIME, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x06, 0x0C, 0x17, 0x30, 0x31
TRUE = b"\x01\x01\xff"
EC_PUBLIC_KEY, P256, ECDSA_SHA256 = "1.2.840.10045.2.1", "1.2.840.10045.3.1.7", "1.2.840.10045.4.3.2"
COMMON_NAME, SUBJECT_KEY, KEY_USAGE = "2.5.4.3", "2.5.29.14", "2.5.29.15"
ALTERNATIVE_NAMES, BASIC_CONSTRAINTS, AUTHORITY_KEY = "2.5.29.17", "2.5.29.19", "2.5.29.35"
SIGNS = b"\x03\x02\x02\x84"  # bits digitalSignature and keyCertSign
LIFETIME = timedelta(days=30)


def write_certificate(folder: Path, now: datetime) -> Path:
    """Write key and certificate for 127.0.0.1 and localhost into one PEM file and return its path."""
    private = secrets.randbelow(ORDER - 1) + 1
    public = _point_bytes(_multiply(private, GENERATOR))
    signed = _to_be_signed(public, now)
    signature = _bits(_sign(private, signed))
    path = folder / "loopback.pem"
    path.touch(mode=0o600)
    certificate = _der(SEQUENCE, signed, _algorithm(), signature)
    path.write_text(_pem("EC PRIVATE KEY", _private_key(private, public)) + _pem("CERTIFICATE", certificate))
    return path


def _to_be_signed(public: bytes, now: datetime) -> bytes:
    name = _der(SEQUENCE, _der(SET, _der(SEQUENCE, _oid(COMMON_NAME), _der(UTF8, b"loopback Hub"))))
    valid = _der(SEQUENCE, _time(now - timedelta(days=1)), _time(now + LIFETIME))
    key = _der(SEQUENCE, _der(SEQUENCE, _oid(EC_PUBLIC_KEY), _oid(P256)), _bits(public))
    version, serial = _der(0xA0, _integer(2)), _integer(secrets.randbits(63))
    extensions = _der(0xA3, _der(SEQUENCE, *_extensions(public)))
    return _der(SEQUENCE, version, serial, _algorithm(), name, valid, name, key, extensions)


def _extensions(public: bytes) -> list[bytes]:
    fingerprint = hashlib.sha1(public, usedforsecurity=False).digest()
    names = _der(0x82, b"localhost") + _der(0x87, ipaddress.ip_address("127.0.0.1").packed)
    return [
        _extension(BASIC_CONSTRAINTS, _der(SEQUENCE, TRUE), critical=True),
        _extension(KEY_USAGE, SIGNS, critical=True),
        _extension(SUBJECT_KEY, _der(OCTETS, fingerprint)),
        _extension(AUTHORITY_KEY, _der(SEQUENCE, _der(0x80, fingerprint))),
        _extension(ALTERNATIVE_NAMES, _der(SEQUENCE, names)),
    ]


def _extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    return _der(SEQUENCE, _oid(oid), TRUE if critical else b"", _der(OCTETS, value))


def _private_key(private: int, public: bytes) -> bytes:
    number = _der(OCTETS, private.to_bytes(32, "big"))
    return _der(SEQUENCE, _integer(1), number, _der(0xA0, _oid(P256)), _der(0xA1, _bits(public)))


def _algorithm() -> bytes:
    return _der(SEQUENCE, _oid(ECDSA_SHA256))


def _sign(private: int, message: bytes) -> bytes:
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    while True:
        nonce = secrets.randbelow(ORDER - 1) + 1
        point = _multiply(nonce, GENERATOR)
        r = point[0] % ORDER if point else 0
        s = pow(nonce, -1, ORDER) * (digest + r * private) % ORDER
        if r and s:
            return _der(SEQUENCE, _integer(r), _integer(s))


def _multiply(factor: int, point: Point) -> Point:
    product: Point = None
    while factor:
        if factor & 1:
            product = _add(product, point)
        point = _add(point, point)
        factor >>= 1
    return product


def _add(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % FIELD == 0:
        return None
    if one == other:
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, FIELD) % FIELD
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, FIELD) % FIELD
    x = (slope * slope - x1 - x2) % FIELD
    return x, (slope * (x1 - x) - y1) % FIELD


def _point_bytes(point: Point) -> bytes:
    assert point is not None  # a factor below the order never gives infinity
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _integer(value: int) -> bytes:
    return _der(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _bits(content: bytes) -> bytes:
    return _der(BIT_STRING, b"\x00" + content)


def _time(moment: datetime) -> bytes:
    return _der(UTC_TIME, moment.strftime("%y%m%d%H%M%SZ").encode())


def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    content = bytearray([first * 40 + second])
    for part in rest:
        groups = [part & 0x7F]
        while part := part >> 7:
            groups.append(part & 0x7F | 0x80)
        content += bytes(reversed(groups))
    return _der(OID, bytes(content))


def _pem(label: str, der: bytes) -> str:
    text = base64.b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
