"""OpenRouter: exports by day with their manifests, the keyed history in JSON, and the catalogue.

An export was recorded as its manifest and single rows, answers of the keyed address whole; the rest of the form is
known from a text: thirty days of 51 rows, CRLF, the rest of a day as `other` without a rank.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from tracker.demo.signals.cast import PLAYERS, dice

NAMED, DAYS = 50, 30
FIRST_DAY = date(2025, 1, 1)  # of the keyed history
OLDEST_EXPORT = date(2026, 9, 19)
MADE_AT = time(1, 46, 15, 433000, UTC)
MOST_DAYS = 366
HEADER = "date,model_permaslug,rank,total_tokens,share_of_daily_tokens"
DAY = timedelta(days=1)
_FOLDER = "https://openrouter.ai/api/v1/datasets/exports/rankings-daily"


@cache
def tokens(day: date) -> tuple[tuple[str, int], ...]:
    """Return slug and tokens of a day: the fifty with most of them in order, then the rest as `other`."""
    months = (day - FIRST_DAY).days / 30.4
    whole = 2e11 * math.exp(0.17 * months) * (0.85 if day.weekday() > 4 else 1.0)
    weights = {
        player.slug: _weight(player.listed_id, player.is_open, months) for player in PLAYERS if player.first_day < day
    }
    weights |= {f"{slug}:free": weight / 6 for slug, weight in list(weights.items())[:12]}
    total = sum(weights.values())
    counted = {slug: int(whole * weight / total * (0.9 + 0.2 * dice(slug, day))) for slug, weight in weights.items()}
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    rest = sum(count for _, count in ordered[NAMED:]) + int(whole / 18)
    return (*ordered[:NAMED], ("other", rest))


def _weight(listed_id: str, is_open: bool, months: float) -> float:
    grows = 0.05 if is_open else 0.01
    return (0.2 + dice("weight", listed_id) ** 3) * math.exp(grows * months)


def csv(made: date) -> bytes:
    """Return the export that was made on a day."""
    lines = [HEADER]
    for back in range(DAYS, 0, -1):
        day = made - back * DAY
        rows = tokens(day)
        total = sum(count for _, count in rows)
        for rank, (slug, count) in enumerate(rows, start=1):
            lines.append(f"{day},{slug},{'' if slug == 'other' else rank},{count},{count / total!r}")
    return ("\r\n".join(lines) + "\r\n").encode()


def manifest(made: date) -> bytes:
    """Return the manifest of the export that was made on a day."""
    content = csv(made)
    told = {
        "dataset": "rankings-daily",
        "schema_version": "v1",
        "snapshot_date": str(made),
        "retrieved_at": f"{datetime.combine(made, MADE_AT):%Y-%m-%dT%H:%M:%S.433Z}",
        "row_count": content.count(b"\n") - 1,
        "update_cadence": "daily",
        "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        "files": {
            "csv": {
                "url": f"{_FOLDER}/{made}.csv",
                "encoding_format": "text/csv",
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        },
    }
    return json.dumps(told, indent=1).encode()


def history(first: date, last: date, now: datetime) -> Mapping[str, Any] | str:
    """Return what the keyed address answers to a span of days, or why it refuses."""
    first, last = max(first, FIRST_DAY), min(last, now.date())
    if last < FIRST_DAY:
        return f"end_date must not be before {FIRST_DAY}"
    if (last - first).days >= MOST_DAYS:
        return f"at most {MOST_DAYS} days can be asked for"
    meta = {"as_of": now.isoformat(), "version": "v1", "start_date": str(first), "end_date": str(last)}
    return {"data": list(_rows(first, last)), "meta": meta}


def _rows(first: date, last: date) -> Iterator[Mapping[str, str]]:
    while first <= last:
        for slug, count in tokens(first):
            yield {"date": str(first), "model_permaslug": slug, "total_tokens": str(count)}
        first += DAY


def catalogue(day: date) -> bytes:
    """Return the catalogue of a day; the first models have left it again."""
    there = [player for player in PLAYERS if date(2024, 9, 1) < player.first_day < day]
    listed = [
        {
            "id": player.listed_id,
            "canonical_slug": player.slug,
            "hugging_face_id": player.hub_id if player.is_open or dice("hub id", player.name) < 0.5 else None,
            "name": f"{player.maker or 'Stealth'}: {player.name}",
            "created": int(datetime.combine(player.first_day, time(12), UTC).timestamp()),
            "architecture": {"modality": "text->text"},
            "pricing": {"prompt": "0.0000002", "completion": "0.0000008"},
        }
        for player in there
    ]
    return json.dumps({"data": listed}).encode()
