"""Facts about the data folder as a whole: which Hub it speaks of, how often it was published, by which registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.errors import StoreError
from tracker.sql.connect import Connection, value

if TYPE_CHECKING:
    from tracker.landing import Manifest

OWN_SOURCE = "hub_models"  # the Hub's own list: it owns the folder, and is preferred to any backfill of a day


def get(connection: Connection, key: str) -> str | None:
    """Return one fact, None where it was never noted."""
    found: str | None = value(connection, "select value from folder where key = $key", {"key": key})
    return found


def put(connection: Connection, key: str, text: str) -> None:
    """Note one fact."""
    connection.execute("delete from folder where key = $key", {"key": key})
    connection.execute("insert into folder values ($key, $value)", {"key": key, "value": text})


def remove(connection: Connection, key: str) -> None:
    """Forget one fact."""
    connection.execute("delete from folder where key = $key", {"key": key})


def check(connection: Connection, manifest: Manifest) -> None:
    """Raise StoreError where a run of our own source comes from another Hub than the folder's nights."""
    if manifest.source != OWN_SOURCE or get(connection, "endpoint") is None:
        return
    check_endpoint(connection, manifest.endpoint)
    synthetic = get(connection, "synthetic")
    if synthetic != str(manifest.synthetic).lower():
        kinds = {"true": "synthetic demo data", "false": "real data"}
        raise StoreError(
            f"this data folder holds {kinds[synthetic or 'false']}; {manifest.endpoint} serves "
            f"{kinds[str(manifest.synthetic).lower()]}; use another --data-dir"
        )


def check_endpoint(connection: Connection, endpoint: str) -> None:
    """Raise StoreError where the folder's nights are another Hub's; the demo's Hub has another port every time."""
    owner = get(connection, "endpoint")
    if owner not in (None, endpoint) and get(connection, "synthetic") != "true":
        raise StoreError(
            f"this data folder holds nights of {owner}, not of {endpoint}; use another --data-dir, or set HF_ENDPOINT"
        )


def claim(connection: Connection, manifest: Manifest) -> None:
    """Note which Hub the folder belongs to, with the first night of our own source."""
    if manifest.source == OWN_SOURCE and (get(connection, "endpoint") is None or manifest.synthetic):
        put(connection, "endpoint", manifest.endpoint)
        put(connection, "synthetic", str(manifest.synthetic).lower())
