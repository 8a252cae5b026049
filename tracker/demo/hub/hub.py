"""One Hub: an ecosystem on a virtual clock, with quotas, tokens, faults and a log.

Single-threaded on purpose: a request sees the models as the request before it left them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.demo.ecosystem import Ecosystem
from tracker.demo.faults.mode import Fault
from tracker.demo.hub.http import Request, Response
from tracker.demo.hub.hub_state import Item, NightState, encode
from tracker.demo.hub.log import LoggedRequest, RequestLog
from tracker.demo.hub.virtual_clock import Clock, poll_time
from tracker.demo.listing.listing import Listing
from tracker.demo.listing.ratelimit import Bucket, Limiter, Principal, refusal
from tracker.demo.listing.trees import DatasetTree
from tracker.demo.repositories.objects import Objects
from tracker.demo.repositories.repository import Repository

ANONYMOUS = "anonymous"
BAD_TOKEN = "unknown"


@dataclass(frozen=True)
class Route:
    """An address pattern, who counts it, and what answers it."""

    name: str
    pattern: re.Pattern[str]
    bucket: Bucket
    answer: Callable[[Hub, Call], Response]
    is_hub: bool = True  # knows the Hub's tokens, and has its quotas


@dataclass(frozen=True)
class Call:
    """A request on its way through the Hub."""

    request: Request
    route: Route
    names: Mapping[str, str]  # what the pattern found in the path
    principal: Principal
    page: int
    attempt: int
    number: int
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Change:
    """What a shift did to a model while it was served; `before` is None for a new one, `after` for a deleted one."""

    request: int  # number of the request that saw it first
    kind: str
    hub_id: str
    before: Item | None
    after: Item | None


@dataclass
class Hub:
    """Everything the routes need."""

    ecosystem: Ecosystem
    clock: Clock
    limiter: Limiter
    tokens: Mapping[str, str]  # token -> tier
    routes: Sequence[Route]
    datasets: Mapping[str, DatasetTree] = field(default_factory=dict)
    readers: Collection[str] = ()  # tokens among them that may not write
    page_limit: int = 1000  # models on a page at most; smaller than the Hub's makes many pages of few models
    other_origin: bool = False  # resolve redirects to another origin, as the Hub does for large files
    log: RequestLog = field(default_factory=RequestLog)
    faults: tuple[Fault, ...] = ()
    changes: list[Change] = field(default_factory=list)
    renames: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    written: dict[str, Repository] = field(default_factory=dict)  # data sets that were made here
    objects: Objects = field(default_factory=Objects)

    def __post_init__(self) -> None:
        self._attempts: Counter[str] = Counter()
        self._pages: dict[str, int] = {}  # cursor -> page that it leads to
        self._night: date | None = None
        self.state = NightState(())
        self.settle()

    @property
    def night(self) -> date:
        """The night that is served: the newest one the clock has reached."""
        today = self.clock.now().date()
        return max((night for night in self.ecosystem.nights if night <= today), default=self.ecosystem.nights[0])

    def set_night(self, night: date) -> None:
        """Move the clock to a night. Raises KeyError for one that the ecosystem does not have."""
        if night not in self.ecosystem.nights:
            raise KeyError(night)
        self.clock.move_to(poll_time(night))
        self.settle(again=True)

    def set_faults(self, faults: Sequence[Fault]) -> None:
        """Replace all faults; the night is loaded afresh, without what earlier ones did to it."""
        self.faults = tuple(faults)
        for fault in self.faults:
            fault.start(self.clock.timestamp())
        self.settle(again=True)

    def settle(self, *, again: bool = False) -> None:
        """Load the models of the night that the clock says, if it is not there yet."""
        night = self.night
        if night == self._night and not again:
            return
        if night != self._night or self.state.generation:
            self.state = NightState(())  # let go of the old night first: two of 3.5 million models are too many
            self.listing = Listing(self.state)
            self.state = NightState(self.ecosystem.lines(night))
            self.listing = Listing(self.state)
        self._night = night
        self.renames = dict(self.ecosystem.renames(night))
        self.changes.clear()
        self._attempts.clear()
        for fault in self.faults:
            fault.mode.enter_night(fault, self)

    def serve(self, request: Request) -> tuple[Call, Response]:
        """Answer one request."""
        self.settle()
        self.requests += 1
        call = self._call(request)
        is_hub = call.route.is_hub
        quota = self.limiter.take(call.principal, call.route.bucket, self.clock.timestamp()) if is_hub else None
        if quota is not None and quota.exceeded:
            response = Response(429, encode({"error": refusal(call.principal, quota)}))
        elif call.principal.tier == BAD_TOKEN and is_hub:
            response = error(401, "Invalid credentials in Authorization header")
        else:
            call = replace(call, faults=self._firing(call))
            response = self._answer(call)
        if quota is not None and not response.without_quota and response.header("RateLimit") is None:
            response.headers += quota.headers()
        return call, response

    def note(self, call: Call, response: Response, seconds: float) -> None:
        """Write one request into the log."""
        shown = re.search(r"r=(\d+)", response.header("RateLimit") or "")
        request = call.request
        self.log.add(
            LoggedRequest(
                number=call.number,
                virtual_time=self.clock.now().isoformat(),
                method=request.method,
                host=request.headers.get("host", ""),
                target=request.target,
                route=call.route.name,
                page=call.page,
                attempt=call.attempt,
                tier=call.principal.tier,
                with_token="authorization" in request.headers,
                status=response.status,
                remaining=int(shown[1]) if shown else None,
                body_bytes=len(response.body),
                server_seconds=seconds,
                faults=tuple(fault.mode.code for fault in call.faults),
            )
        )

    def data_set(self, name: str) -> DatasetTree | Repository | None:
        """Return a data set, handed over or made here."""
        return self.written.get(name) or self.datasets.get(name)

    def data_sets(self) -> list[DatasetTree | Repository]:
        """Return all of them."""
        return [*self.datasets.values(), *self.written.values()]

    def leads_to(self, cursor: str, page: int) -> None:
        """Remember which page a cursor that was handed out leads to."""
        self._pages[cursor] = page

    def change(self, row: int, kind: str, item: Item) -> None:
        """Let a model say something else from now on."""
        before = self.state.item(row)
        self.state.replace(row, item)
        self.changes.append(Change(self.requests, kind, item["_id"], before, item))

    def create(self, item: Item) -> None:
        """Add a model."""
        self.state.append(item)
        self.changes.append(Change(self.requests, "created", item["_id"], None, item))

    def delete(self, row: int) -> None:
        """Take a model away."""
        before = self.state.item(row)
        self.state.remove(row)
        self.changes.append(Change(self.requests, "deleted", before["_id"], before, None))

    def rename(self, row: int) -> None:
        """Give a model another name; its old ones lead to it."""
        before = self.state.item(row)
        name = f"{before['id']}-{len(self.changes) + 1}"
        self.renames = {old: name if new == before["id"] else new for old, new in self.renames.items()}
        self.renames[before["id"]] = name
        self.change(row, "renamed", {**before, "id": name})

    def _call(self, request: Request) -> Call:
        route, names = self._route(request.path)
        self._attempts[request.target] += 1
        return Call(
            request,
            route,
            names,
            self._principal(request),
            page=self._pages.get(request.last("cursor") or "", 1),
            attempt=self._attempts[request.target],
            number=self.requests,
        )

    def _firing(self, call: Call) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if fault.fires(call, self.clock.timestamp()))

    def _route(self, path: str) -> tuple[Route, Mapping[str, str]]:
        for route in self.routes:
            if match := route.pattern.fullmatch(path):
                return route, match.groupdict()
        raise LookupError(path)

    def _principal(self, request: Request) -> Principal:
        header = request.headers.get("authorization")
        if header is None:
            return Principal(request.client, ANONYMOUS, may_write=False)
        token = header.removeprefix("Bearer ").strip()
        tier = self.tokens.get(token)
        # an unknown token counts for the address; its text is not kept anywhere
        if tier is None:
            return Principal(request.client, BAD_TOKEN, may_write=False)
        return Principal(f"token-{hash(token):x}", tier, token not in self.readers)

    def _answer(self, call: Call) -> Response:
        for fault in call.faults:
            fault.mode.shift(fault, self, call)
        for fault in call.faults:
            if (instead := fault.mode.instead(fault, self, call)) is not None:
                return instead
        response = call.route.answer(self, call)
        for fault in call.faults:
            fault.mode.spoil(fault, call, response)
        return response


def error(status: int, message: str, code: str | None = None) -> Response:
    """Return an error as the Hub words it: in the body and in `X-Error-Message`."""
    headers = [("X-Error-Code", code)] if code else []
    # header values are latin-1 on one line; the Hub's validation messages are neither
    printable = " ".join(message.encode("ascii", "ignore").decode().split())
    return Response(status, encode({"error": message}), [*headers, ("X-Error-Message", printable)])
