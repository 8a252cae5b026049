"""The real client on the tracker's way out: the token for the endpoint alone, waits within reason, plain sentences."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import HfApi, constants, hf_hub_url, set_client_factory
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled
from huggingface_hub.utils import disable_progress_bars, hf_raise_for_status, http_backoff
from huggingface_hub.utils import logging as of_the_client

from tracker.errors import SourceError, SourceRefused, TrackerError, redact
from tracker.settings import Settings
from tracker.sources.clock import Clock, SystemClock
from tracker.sources.hub_models.pacing import rate_limit_wait
from tracker.sources.outward import causes, tokens
from tracker.sources.outward import hub as outward
from tracker.sources.outward.origin import origin

Result = TypeVar("Result")
log = logging.getLogger(__name__)

MAX_ATTEMPTS = 4  # beside those that the client makes itself where it does
FIRST_WAIT_SECONDS = 1.0
AGAIN = frozenset({408, 425, 429})  # and every 5xx
KIND = "dataset"
UNREACHABLE = (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError, httpx2.ProxyError)


class Unreachable(SourceError):
    """The Hub did not answer, or asks for patience, after all attempts; it may say how long, in seconds."""

    def __init__(self, message: str, wait_seconds: float | None = None) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(message)


class Missing(SourceRefused):
    """What was asked for is not there, or hidden: the status, and the code that the Hub gave with it."""

    def __init__(self, message: str, code: str) -> None:
        self.code = code
        super().__init__(message)


class Moved(SourceError):
    """The branch is not any more where it was looked at: another has committed."""


class Client:
    """Asks the configured endpoint, again where that is worth it."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        """Look at what a request needs before any is sent. Raises SettingsError."""
        self.settings = settings
        self._clock = clock or SystemClock()
        self._proxy = outward.open_way(settings)
        set_client_factory(partial(_session, settings))
        if not sys.stderr.isatty():
            disable_progress_bars()
        of_the_client.set_verbosity_error()  # type: ignore[no-untyped-call]
        self.api = HfApi(endpoint=settings.endpoint, user_agent=tokens.AGENT)

    @property
    def host(self) -> str:
        """The endpoint's host, and its port where it has one of its own."""
        return urlsplit(self.settings.endpoint).netloc

    def ask(self, what: str, call: Callable[[HfApi], Result], attempts: int = MAX_ATTEMPTS) -> Result:
        """Return what a call gives; `what` begins the sentence of Unreachable, Missing, Moved or SourceRefused."""
        for attempt in range(1, attempts + 1):
            try:
                return call(self.api)
            except (HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled, *UNREACHABLE, RuntimeError) as error:
                cause = _cause(error)
                if cause is None and constants.is_offline_mode():
                    raise Unreachable(f"{what}: huggingface_hub is in offline mode; unset HF_HUB_OFFLINE") from error
                if cause is None:
                    raise SourceError(f"{what}: {redact(str(error)) or type(error).__name__}") from error
                if attempt == attempts or not _is_worth_another(cause):
                    raise self._told(what, cause) from error
                wait = self._wait(cause, attempt)
                log.info("%s: %s; trying again in %.0f s", what, redact(str(cause).split("\n")[0]), wait)
                self._clock.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def pause(self, error: Unreachable, attempt: int) -> None:
        """Wait before what was not answered is looked at again."""
        backoff = FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1)
        self._clock.sleep(backoff if error.wait_seconds is None else error.wait_seconds)

    def read(self, name: str, commit: str, path: str) -> bytes:
        """Return a small file of a commit. Raises Missing where there is none."""
        url = hf_hub_url(name, path, repo_type=KIND, revision=commit, endpoint=self.settings.endpoint)

        def call(_: HfApi) -> bytes:
            answer = http_backoff("GET", url, headers=tokens.headers())
            hf_raise_for_status(answer)
            return answer.content

        return self.ask(f"{path} of {name}", call)

    def _wait(self, cause: BaseException, attempt: int) -> float:
        """Return the seconds that the Hub asks for, else longer ones each time."""
        headers = cause.response.headers if isinstance(cause, HfHubHTTPError) else {}
        asked = rate_limit_wait(headers, datetime.now(UTC)) if headers else None
        return FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1) if asked is None else asked

    def _told(self, what: str, cause: BaseException) -> TrackerError:
        if not isinstance(cause, HfHubHTTPError):
            return Unreachable(f"{what}: {causes.told(cause, self.host, self._proxy)}")
        status, headers = cause.response.status_code, cause.response.headers
        said = redact(headers.get("x-error-message", "") or cause.server_message or "").strip()
        code = headers.get("x-error-code", "")
        if status == 412:
            return Moved(f"{what}: {said}")
        if status == 401 and "credentials" in said:
            return SourceRefused(
                f"{what}: the Hub does not accept the token (401); run `hf auth login`, or set or unset HF_TOKEN"
            )
        if status in (401, 404) or code == "GatedRepo":
            return Missing(f"{what}: {self.host} has none of that name that may be seen (HTTP {status}: {said})", code)
        if status == 403:
            return SourceRefused(
                f"{what}: this token has not the right to do that (403: {said}); use one that may write there, "
                f"from {self.settings.endpoint}/settings/tokens, or a namespace of your own"
            )
        if status in AGAIN or status >= 500:
            said = "again and again" if not said else f"again and again, last with: {said[:200]}"
            wait = rate_limit_wait(headers, datetime.now(UTC)) if status == 429 else None
            return Unreachable(f"{what}: the Hub answered HTTP {status} {said}; run it again later", wait)
        return SourceRefused(f"{what}: the Hub refused it, HTTP {status}: {said}")


def _cause(error: BaseException) -> BaseException | None:
    """Return what went wrong on the wire, also where the client has wrapped another error around it."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, (HfHubHTTPError, *UNREACHABLE)):
        seen = seen.__cause__
    return seen


def _is_worth_another(cause: BaseException) -> bool:
    if not isinstance(cause, HfHubHTTPError):
        return True
    status = cause.response.status_code
    return status in AGAIN or status >= 500


def _session(settings: Settings) -> httpx2.Client:
    """Return the client that huggingface_hub shares among its requests, bounded in what it says and waits."""
    client = outward.client()
    client.timeout = httpx2.Timeout(settings.page_deadline_seconds)

    def keep_the_token(request: httpx2.Request) -> None:
        if origin(str(request.url)) != origin(settings.endpoint):
            request.headers.pop("authorization", None)

    def wait_within_reason(response: httpx2.Response) -> None:
        wait = rate_limit_wait(response.headers, datetime.now(UTC)) if response.status_code == 429 else None
        if wait is not None and wait > settings.max_wait_seconds:
            raise SourceRefused(
                f"the Hub asks to wait {wait:,.0f} seconds, and at most {settings.max_wait_seconds:,.0f} are waited "
                "(max_wait_seconds); run it again later"
            )

    hooks = client.event_hooks
    client.event_hooks = {
        "request": [*hooks["request"], keep_the_token],
        "response": [*hooks["response"], wait_within_reason],
    }
    return client
