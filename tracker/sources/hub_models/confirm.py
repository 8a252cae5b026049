"""Did a notable model really go? Asked once each, because a walk can miss a model and a name can move.

This asks the endpoint of `HfApi.model_info`, through the collector's own request: the client's call has
no retry and no total deadline, follows redirects anywhere, and parses what strangers wrote.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from tracker.errors import SettingsError, SourceError, SourceRefused
from tracker.settings import Settings
from tracker.sources.clock import Clock, SystemClock
from tracker.sources.hub_models.body import decompress
from tracker.sources.hub_models.pacing import Pacer
from tracker.sources.hub_models.request import Answer
from tracker.sources.hub_models.retries import Fetcher, error_text
from tracker.sources.outward.encoding import BrokenBody

log = logging.getLogger(__name__)

Outcome = Literal["renamed", "replaced", "disabled", "present", "gone", "private"]

# 401 is what the Hub says of a missing and of a private repository alike; over plain http the client does not
# even map it to RepositoryNotFoundError
ANSWERS = frozenset({200, 401, 403, 404, 410})
BAD_TOKEN = "invalid credentials"
DISABLED = "access to this resource is disabled"
MAX_FAILURES = 3  # in a row; then stop asking


@dataclass(frozen=True)
class Confirmation:
    """What became of a model that a walk did not see. `now` is the name it, or its successor, has today."""

    hub_id: str
    model_id: str
    outcome: Outcome
    now: str | None


def confirm_disappearances(
    settings: Settings, candidates: Sequence[tuple[str, str]], *, clock: Clock | None = None
) -> list[Confirmation]:
    """Ask the Hub for each (hub_id, model_id) by name; those it gave no clear answer for are left out.

    gone: missing or private, the Hub does not say which. private: our token sees it, and nobody without one.
    replaced: the name belongs to another repository now. renamed: the name leads to the same repository under another
    name.
    Never fails: the walk is landed already, and an open question is no reason to lose the night.
    """
    clock, pacer = clock or SystemClock(), Pacer()
    confirmations: list[Confirmation] = []
    try:
        fetcher = Fetcher(settings, clock, pacer)
    except SettingsError as error:
        log.warning("what is gone could not be confirmed: %s", error)
        return confirmations
    failures = 0
    for number, (hub_id, model_id) in enumerate(candidates):
        url = f"{settings.endpoint}/api/models/{quote(model_id, safe='/')}?expand=disabled&expand=private"
        try:
            fetcher.wait(pacer.wait_seconds(len(candidates) - number, clock.monotonic()), "the quota is used up")
            outcome, now = _outcome(fetcher.answer(url, ANSWERS), hub_id, model_id)
        except (SourceError, SettingsError, BrokenBody) as error:
            log.warning("whether %s is gone could not be confirmed: %s", model_id, error)
            failures += 1
            if failures >= MAX_FAILURES:
                break
        else:
            confirmations.append(Confirmation(hub_id, model_id, outcome, now))
            failures = 0
    return confirmations


def _outcome(answer: Answer, hub_id: str, model_id: str) -> tuple[Outcome, str | None]:
    said = "" if answer.status == 200 else error_text(answer).lower()
    if answer.status == 401 and BAD_TOKEN in said:
        raise SourceRefused(f"the Hub does not accept the token{error_text(answer)}")
    if answer.status == 403:
        return ("disabled" if DISABLED in said else "present"), model_id
    if answer.status != 200:
        return "gone", None
    info = _info(answer)
    is_other = not hub_id.startswith("name:") and info.get("_id") != hub_id
    if info.get("private") is True:  # a token may see it, and what it sees alone is no public model
        return ("gone" if is_other else "private"), None
    name = info["id"] if isinstance(info.get("id"), str) else model_id
    if is_other:
        return "replaced", name
    if name != model_id:
        return "renamed", name
    return ("disabled" if info.get("disabled") is True else "present"), name


def _info(answer: Answer) -> dict[str, Any]:
    body = decompress(answer.wire, answer.headers.get("content-encoding", "identity"))
    try:
        info = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BrokenBody(f"not JSON: {error}") from error
    if not isinstance(info, dict):
        raise BrokenBody("not an object")
    return info
