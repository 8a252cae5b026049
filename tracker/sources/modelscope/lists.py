"""The list of models, page by page, slowly.

    openapi/v1/models?sort=downloads&page_number=1&page_size=50
    openapi/v1/models?owner=Qwen&sort=downloads&page_number=1&page_size=50

The order moves while it is read: a model that climbs comes twice, and another is skipped. One row a model is kept, and
how many are short is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from tracker.errors import SourceRefused
from tracker.landing import LandedRun
from tracker.sources.contract import Context
from tracker.sources.http import Answer
from tracker.sources.reading import exact, keys

PATH = "openapi/v1/models"
SIZE = 50  # the largest page
MOST = 3000  # entries of a question that can be reached
PAUSE_SECONDS = 1.0
KNOWN = (
    *("id", "display_name", "downloads", "likes", "license", "params", "file_size", "tags", "tasks", "private"),
    *("gated", "login_required", "created_at", "last_modified", "description"),
)
KNOWN_OF_ANSWER = ("success", "data", "request_id", "code", "message")
KNOWN_OF_PAGE = ("models", "total_count", "page_number", "page_size")
_FILE = re.compile(r"(?P<of>top|of-(?P<namespace>.+))-(?P<page>\d{3})\.json")


def pages(context: Context) -> Mapping[str, Answer]:
    """Return the answers by the names that they are landed under."""
    answers: dict[str, Answer] = {}
    for namespace in (None, *context.namespaces()):
        answers |= _walk(context, namespace)
    _remark_new(context, [exact.document(answer.content, name) for name, answer in answers.items()])
    return answers


def _remark_new(context: Context, told: Sequence[Mapping[str, Any]]) -> None:
    found = [each["data"] for each in told]
    keys.remark_new(context, "an answer", told, KNOWN_OF_ANSWER)
    keys.remark_new(context, "a page", found, KNOWN_OF_PAGE)
    keys.remark_new(context, "a model", (item for page in found for item in page["models"]), KNOWN)


def _walk(context: Context, namespace: str | None) -> Iterator[tuple[str, Answer]]:
    """Yield the pages of one question, until all that it says to have, or can give, is there."""
    what = f"of-{namespace}" if namespace else "top"
    told: list[int] = []
    ids: set[str] = set()
    for number in range(1, MOST // SIZE + 1):
        context.clock.sleep(PAUSE_SECONDS)
        asked: dict[str, Any] = {"sort": "downloads", "page_number": number, "page_size": SIZE}
        answer = context.http.get(PATH, {"owner": namespace, **asked} if namespace else asked)
        total, items = _page(answer.content, f"{what}, page {number}")
        told.append(total)
        ids |= {str(item.get("id")) for item in items}
        yield f"{what}-{number:03}.json", answer
        if not items or number * SIZE >= total:
            break
    wanted = min(told[-1], MOST)
    if len(ids) < wanted or len(set(told)) > 1:
        said = f" ({min(told):,} to {max(told):,} while it was read)" if len(set(told)) > 1 else ""
        context.remark(f"{namespace or 'the most downloaded'}: {len(ids):,} models came of {wanted:,}{said}")


def tables(landed: LandedRun, models: pl.Schema, counts: pl.Schema) -> Mapping[str, pl.DataFrame]:
    """Return the rows of a landed run."""
    day = landed.manifest.snapshot_date
    rows: dict[str, tuple[Any, ...]] = {}
    counted: dict[str | None, int] = {}
    for file in landed.manifest.files:
        found = _FILE.fullmatch(file.name)
        if found is None:
            raise SourceRefused(f"{file.name} is no page of it")
        total, items = _page(landed.raw(file.name), file.name)
        counted[found["namespace"]] = total
        first = (int(found["page"]) - 1) * SIZE + 1
        for at, item in enumerate(items, start=first):
            row = _row(item, file.name)
            if row is not None:
                rows.setdefault(row[0], (day, *row, at if found["of"] == "top" else None))
    return {
        "second_hub": pl.DataFrame(list(rows.values()), schema=models, orient="row"),
        "second_hub_counts": pl.DataFrame([(day, *each) for each in counted.items()], schema=counts, orient="row"),
    }


def _page(content: bytes, what: str) -> tuple[int, list[dict[str, Any]]]:
    told = exact.document(content, what)
    if told.get("success") is not True:
        raise SourceRefused(f"{what} failed: {told.get('code')}, {str(told.get('message'))[:100]!r}")
    data = exact.named(told, "data", what)
    items = data.get("models") if isinstance(data, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise SourceRefused(f"{what} holds no list of models")
    return exact.whole(exact.named(data, "total_count", what), f"total_count of {what}"), items


def _row(item: Mapping[str, Any], what: str) -> tuple[Any, ...] | None:
    """Return what a model says of itself; None for one that not everybody may see."""
    model_id = item.get("id")
    if not isinstance(model_id, str) or model_id.count("/") != 1:
        raise SourceRefused(f"{what} holds a model whose id is {str(model_id)[:100]!r}")
    if item.get("private"):
        return None
    return (
        *(model_id, model_id.partition("/")[0]),
        *(exact.whole(item.get(name), f"{name} of {model_id}") for name in ("downloads", "likes")),
        item.get("license") or None,
        *(_moment(item.get(name), f"{name} of {model_id}") for name in ("created_at", "last_modified")),
    )


def _moment(value: Any, what: str) -> datetime | None:
    if value in (None, ""):
        return None
    if isinstance(value, int):
        return datetime.fromtimestamp(value, UTC)
    return exact.moment(value, what)
