"""Read faults as they are written on a command line: `F6:page=3,attempts=2`.

MODE[:name=value,...]      F1 .. F24, then the address and the mode's own options, in any order

route=models     models model commits resolve datasets dataset whoami tags trending harnesses signals
               create validate settings preupload xet lfs object verify commit tag refs elsewhere any
page=3           page of a listing, from 1; also 3-5, 3- and -5
attempts=2       the first two times that an address is asked for; also 2-4
after=600        virtual seconds since the fault was set; `until=900` ends it
count=1          fires at most once
chance=0.05      fires on one request in twenty, by seeded dice
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

from tracker.demo.faults import catalogue
from tracker.demo.faults.mode import Address, Fault, Mode, Option, Span
from tracker.errors import SettingsError

ROUTES = (
    "models", "model", "commits", "resolve", "datasets", "dataset", "whoami", "tags", "trending", "harnesses",
    "signals", "create", "validate", "settings", "preupload", "xet", "lfs", "object", "verify", "commit", "tag", "refs",
    "elsewhere", "any",
)  # fmt: skip
ADDRESS_WORDS = ("route", "page", "attempts", "after", "until", "count", "chance")


def parse_all(specs: Iterable[str], seed: int = 1) -> list[Fault]:
    """Read several; each has dice of its own, so that adding one leaves the others as they were."""
    return [parse(spec, seed) for spec in specs]


def parse(spec: str, seed: int = 1) -> Fault:
    """Read one. Raises SettingsError that says what would be understood."""
    code, _, rest = spec.partition(":")
    mode = catalogue.MODES.get(code.upper())
    if mode is None:
        raise SettingsError(f"no fault mode {code!r} in {spec!r}; `--fault help` lists {', '.join(catalogue.MODES)}")
    words = dict(_pair(part, spec) for part in rest.split(",") if part)
    known = (*ADDRESS_WORDS, *(option.name for option in mode.options))
    for word in words:
        if word not in known:
            raise SettingsError(f"{spec!r}: {code} knows no {word!r}, only {', '.join(known)}")
    options = {option.name: words.get(option.name, option.default) for option in mode.options}
    try:
        for option in mode.options:
            option.check(options[option.name])
        return Fault(mode, _address(mode, words), options, spec, random.Random(f"{seed} {spec}"))
    except ValueError as error:
        raise SettingsError(f"{spec!r}: {error}") from error


def help_text() -> str:
    """Return what `--fault help` prints: the grammar and every mode with its options."""
    grammar = (__doc__ or "").split("\n", 2)[2]
    lines = [grammar.rstrip(), ""]
    for code, mode in catalogue.MODES.items():
        lines.append(f"{code:4} {(mode.__doc__ or '').splitlines()[0]}" + _elsewhere(mode))
        lines += [_described(option) for option in mode.options]
    return "\n".join(lines)


def _described(option: Option) -> str:
    words = f": {' '.join(option.words)}" if option.words else ""
    return f"       {option.name}={option.default or '...'}  {option.meaning}{words}"


def _elsewhere(mode: Mode) -> str:
    return f" [route={mode.route}]" if mode.route != Mode.route else ""


def _pair(part: str, spec: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    if not equals:
        raise SettingsError(f"{spec!r}: {part!r} is not name=value")
    return name.strip(), value.strip()


def _address(mode: Mode, words: Mapping[str, str]) -> Address:
    attempts, route = words.get("attempts", ""), words.get("route", mode.route)
    if route not in ROUTES:
        raise ValueError(f"route is one of {', '.join(ROUTES)}, not {route!r}")
    return Address(
        route=route,
        pages=_span(words.get("page", "")),
        attempts=Span(1, float(attempts)) if attempts.isdecimal() else _span(attempts),
        seconds=Span(_number(words.get("after")), _number(words.get("until"))),
        count=int(words["count"]) if "count" in words else None,
        chance=float(words.get("chance", 1)),
    )


def _span(text: str) -> Span:
    first, dash, last = text.partition("-")
    return Span(_number(first), _number(last) if dash else _number(first))


def _number(text: str | None) -> float | None:
    return float(text) if text else None
