"""Every way the Hub misbehaves, and what the collector makes of it. The tests check each; docs/faults.md shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Ends = Literal["landed", "refused by a gate", "failed"]
EXIT_CODES: dict[Ends, int] = {"landed": 0, "refused by a gate": 3, "failed": 1}


@dataclass(frozen=True)
class Case:
    """One fault, as `python -m tracker.demo serve --fault` takes it, and the outcome that is promised."""

    fault: str
    hub: str  # what the Hub does
    collector: str  # what the collector does
    ends: Ends = "landed"
    says: str = ""  # a pattern in the reason of a run that did not land, or in the gates' remarks
    missing: int = 0  # models that are set aside, by count
    unusable: int = 0  # items listed in the quarantine
    waits: float = 0  # seconds it must have waited at least
    token: bool = False
    two_nights: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    page_size: int = 50

    @property
    def mode(self) -> str:
        return self.fault.split(":")[0]


ONCE = "page=3,attempts=1"
TWICE = "page=3,attempts=2"
IMPATIENT = {"read_timeout_seconds": 0.3, "page_deadline_seconds": 0.6}

CASES = (
    Case(f"F1:{ONCE},seconds=10", "429, the quota is used up", "waits until the window ends", waits=11),
    Case(f"F2:{TWICE}", "429 although the quota is not used up", "backs off: 5, 10, 20 s ...", waits=15),
    Case("F2:page=3", "the same, without end", "gives up after 20 waits", "failed", "still rate limited after 20"),
    Case(f"F3:{ONCE},seconds=7", "429 with Retry-After in seconds", "waits that long", waits=8),
    Case(f"F3:{ONCE},kind=date,seconds=30", "429 with Retry-After as a date", "waits until then", waits=5),
    Case("F4:page=3", "429 that lasts a day", "refuses to wait that long; can be resumed", "failed", "wait 86,401 s"),
    Case(f"F5:{TWICE}", "200 that carries the error of a rate limit", "backs off as for a 429", waits=15),
    Case(f"F6:{TWICE}", "500 as text", "backs off: 1, 2, 4 ... 30 s", waits=3),
    Case(f"F6:{TWICE},status=503,body=json", "503 as JSON", "the same", waits=3),
    Case(
        "F6:page=3",
        "500 without end",
        "gives up after 8 attempts; can be resumed",
        "failed",
        "8 times.*HTTP 500",
    ),
    Case(f"F7:{ONCE},status=502", "502 from the CDN", "backs off", waits=1),
    Case(
        "F7:page=2-,limit=100",
        "504 on deep pages of more than 100 models",
        "halves the page size after 3 failures and keeps it",
        page_size=200,
        waits=7,
    ),
    Case(f"F8:{TWICE},status=520", "520 to 524", "backs off", waits=3),
    Case(f"F8:{ONCE},status=403", "403 as HTML from a firewall, once", "backs off", waits=1),
    Case("F8:page=3,status=403", "the same, without end", "gives up after 8 attempts", "failed", "failed 8 times.*403"),
    *(
        Case(f"F9:{TWICE},kind={kind}", f"the connection breaks: {kind}", "retries the page", waits=3)
        for kind in ("reset", "reset-body", "short", "chunk", "truncated-chunk", "garbage")
    ),
    *(
        Case(f"F10:{TWICE},kind={kind}", f"200 of the right length: {kind}", "notices, retries the page", waits=3)
        for kind in ("truncated", "empty", "html", "gzip")
    ),
    Case("F10:page=3,kind=html", "200 as HTML without end", "gives up after 8 attempts", "failed", "not JSON but"),
    Case(
        f"F11:{ONCE},kind=head",
        "silence before the answer",
        "stops reading (`TRACKER_READ_TIMEOUT_SECONDS`), retries the page",
        settings=IMPATIENT,
    ),
    Case(f"F11:{ONCE},kind=body", "silence within the body", "the same", settings=IMPATIENT),
    Case(
        f"F11:{ONCE},kind=drip,seconds=0.05",
        "a byte now and then",
        "closes the connection at the page's deadline (`TRACKER_PAGE_DEADLINE_SECONDS`), retries the page",
        settings=IMPATIENT,
    ),
    Case(
        "F11:page=3,kind=drip,seconds=0.05",
        "the same, without end",
        "gives up after 8 deadlines",
        "failed",
        "failed 8 times.*not complete after",
        settings={"read_timeout_seconds": 0.2, "page_deadline_seconds": 0.2},
    ),
    *(
        Case(f"F12:kinds={kind},models=3", f"models move under the cursor: {kind}", effect)
        for kind, effect in (
            ("bump", "walks by creation date, which does not move"),
            ("new", "new models are listed first; the walk has passed them"),
            ("delete", "lands them or not; loses no other model"),
            ("rename", "lands one row each, under one of its names"),
            ("hide", "as for deletions"),
            ("bump+new+delete+rename+hide", "does all of the above"),
        )
    ),
    *(
        Case(
            f"F13:page=2,kind={kind}",
            f"an item with {what}",
            "quarantines it: counted, and kept raw",
            missing=1,
            unusable=1,
        )
        for kind, what in (
            ("no-id", "no name"),
            ("null-id", "null as its name"),
            ("control-id", "control characters in its name"),
            ("path-id", "a path for a name"),
            ("null", "nothing in it (null)"),
            ("text", "text instead of an object"),
            ("list", "a list instead of an object"),
        )
    ),
    *(
        Case(f"F13:page=2,kind={kind}", f"an item with {what}", "lands it without the value, counted", unusable=1)
        for kind, what in (
            ("text-counts", "text for a count"),
            ("list-counts", "lists for counts"),
            ("huge-counts", "counts beyond 2^53"),
            ("negative-counts", "negative counts"),
            ("date-number", "a number for a date"),
            ("date-1970", "a date of 1970"),
            ("date-future", "a date in the future"),
            ("safetensors-text", "text for its size"),
            ("tags-text", "text for its tags"),
            ("parents-text", "text for its parents"),
        )
    ),
    *(
        Case(f"F13:page=2,kind={kind}", f"an item with {what}", "lands it: no field that is read is wrong")
        for kind, what in (
            ("date-offset", "a date with an offset"),
            ("date-only", "a date without a time"),
            ("null-counts", "null counts"),
            ("no-hub-id", "no `_id` (known by its name then)"),
            ("safetensors-partial", "half a size"),
            ("transformers-partial", "half a field that is not asked for"),
        )
    ),
    Case(
        "F13:kind=huge-counts,items=all",
        "every item is malformed",
        "lands them; more than 1 % quarantined",
        "refused by a gate",
        "few_quarantined",
        unusable=300,
    ),
    Case("F14:kind=new-field", "a new field", "keeps it in the raw page"),
    Case(
        "F14:kind=field-gone",
        "a field is gone",
        "lands the rest; a value is missing everywhere",
        "refused by a gate",
        "values_are_there.*downloads_all_time 100",
    ),
    Case("F14:kind=gated", "a new kind of gate", "lands it unchanged"),
    Case("F14:kind=relation", "a new relation", "lands it unchanged"),
    *(
        Case(f"F15:kind={kind},unasked=yes,items=3", f"a poisoned card, unasked for: {kind}", "does not read cards")
        for kind in ("self", "ignore", "prose", "data-uri", "control", "nesting")
    ),
    Case("F16:route=models,kind=chain,length=3", "redirects within the endpoint", "follows up to 5"),
    Case(
        "F16:route=models,kind=origin", "a redirect to another host", "refuses to follow it", "failed", "another host"
    ),
    Case("F16:route=models,kind=loop", "redirects in a loop", "refuses after 5", "failed", "more than 5 redirects"),
    Case(
        "F17:page=3,kind=missing",
        "no next link before the end",
        "lands what there is; the oldest models are not reached",
        "refused by a gate",
        "reaches_the_end",
    ),
    Case("F17:page=3,kind=self", "a next link to the same page", "refuses it", "failed", "makes no progress"),
    Case("F17:page=3,kind=relative", "a relative next link", "refuses it", "failed", "is relative"),
    Case(
        "F17:page=3,kind=host",
        "a next link to another host",
        "refuses it; no token goes there",
        "failed",
        "to another host",
        token=True,
    ),
    Case("F17:page=3,kind=params", "a next link that drops parameters", "refuses it", "failed", "drops"),
    Case("F18:page=3,kind=empty", "an empty page that goes on", "goes on"),
    Case("F18:page=3,kind=short", "a short page that goes on", "goes on"),
    Case("F18:page=3,kind=duplicate", "a page that comes twice", "lands each model once", page_size=10),
    Case(
        "F19:share=0.5",
        "the listing ends half-way, with 200",
        "lands what there is; the oldest models are not reached",
        "refused by a gate",
        "reaches_the_end",
    ),
    Case(
        "F20:kind=stall",
        "all counters stand still",
        "loads it, marked as stalled",
        says="counters_moved",
        two_nights=True,
    ),
    Case("F20:kind=half", "half of the counters stand still", "the same", says="counters_moved", two_nights=True),
    Case(
        "F20:kind=rollback",
        "all-time counters fall by a tenth",
        "loads it with a remark",
        says="all_time_downloads_grow",
        two_nights=True,
    ),
    Case("F20:kind=stale", "all-time counters stand still, the others do not", "loads it", two_nights=True),
    Case(
        "F20:kind=recount",
        "all counters fall by two fifths",
        "lands it; a person must look at it",
        "refused by a gate",
        "all_time_downloads_grow",
        two_nights=True,
    ),
    Case(
        "F21:page=3,kind=token",
        "the token is revoked",
        "stops; can be resumed with another",
        "failed",
        "does not accept the token",
        token=True,
    ),
    Case(
        "F21:page=3,kind=expand",
        "a field is no longer offered (400)",
        "stops with the Hub's words",
        "failed",
        "HTTP 400",
    ),
    Case("F22:page=3,kind=same,items=5", "an item twice in a page", "lands each model once"),
    Case("F22:page=3,kind=reborn", "a name under two ids (deleted and made again)", "lands both: the id decides"),
)


def table() -> str:
    """Return the table of docs/faults.md."""
    rows = [
        f"| {case.mode} | {case.hub} | {case.collector} | {case.ends} | {EXIT_CODES[case.ends]} | `{case.fault}` |"
        for case in sorted(CASES, key=lambda case: int(case.mode[1:]))
    ]
    return "\n".join([*HEAD, *rows, ""])


HEAD = ("| fault | the Hub | the collector | the run | exit code | try it |", "|---|---|---|---|---:|---|")
