"""How faults are written, and what they then meet."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tracker.demo.faults.catalogue import MODES
from tracker.demo.faults.mode import Span
from tracker.demo.faults.spec import ROUTES, help_text, parse, parse_all
from tracker.demo.routes import all_routes
from tracker.errors import SettingsError


@dataclass
class Asked:
    """The part of a call that an address looks at."""

    page: int = 1
    attempt: int = 1
    name: str = "models"

    @property
    def route(self) -> Asked:
        return self


def met(spec: str, *asked: Asked, seconds: float = 0.0, seed: int = 1) -> list[bool]:
    fault = parse(spec, seed)
    fault.start(1_000.0)
    return [fault.fires(each, 1_000.0 + seconds) for each in asked]  # type: ignore[arg-type]


def pages(*numbers: int) -> list[Asked]:
    return [Asked(page=number) for number in numbers]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("F6", [True, True, True, True]),
        ("F6:page=3", [False, False, True, False]),
        ("F6:page=2-3", [False, True, True, False]),
        ("F6:page=3-", [False, False, True, True]),
        ("F6:page=-2", [True, True, False, False]),
        ("F6:count=2", [True, True, False, False]),
        ("F6:page=2-,count=1", [False, True, False, False]),
        ("f6:route=model", [False, False, False, False]),
        ("F6:route=any", [True, True, True, True]),
    ],
)
def test_pages_routes_and_counts(spec: str, expected: list[bool]) -> None:
    assert met(spec, *pages(1, 2, 3, 4)) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("F6:attempts=2", [True, True, False]),
        ("F6:attempts=2-", [False, True, True]),
        ("F6:attempts=2-2", [False, True, False]),
    ],
)  # fmt: skip
def test_attempts(spec: str, expected: list[bool]) -> None:
    assert met(spec, *[Asked(attempt=number) for number in (1, 2, 3)]) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(0, False), (599, False), (600, True), (900, True), (901, False)])
def test_virtual_time(seconds: float, expected: bool) -> None:
    assert met("F6:after=600,until=900", Asked(), seconds=seconds) == [expected]


def test_chance_is_seeded() -> None:
    many = [Asked(page=number) for number in range(400)]
    first = met("F6:chance=0.25", *many)
    assert first == met("F6:chance=0.25", *many)
    assert first != met("F6:chance=0.25", *many, seed=2)
    assert 60 < sum(first) < 140


def test_faults_have_dice_of_their_own() -> None:
    alone = parse_all(["F6:chance=0.5"])[0].dice.random()
    among = parse_all(["F1", "F6:chance=0.5"])[1].dice.random()
    assert alone == among


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("F25", "no fault mode 'F25'"),
        ("slow", "--fault help"),
        ("F6:pages=3", "knows no 'pages', only route, page"),
        ("F6:page", "is not name=value"),
        ("F6:page=three", "could not convert"),
        ("F9:kind=kaboom", "kind is one of reset"),
        ("F12:kinds=bump+explode", "kinds is one of bump"),
        ("F1:seconds=soon", "seconds is a number, not 'soon'"),
        ("F6:route=nowhere", "route is one of"),
    ],
)
def test_a_spec_that_means_nothing_says_what_would(spec: str, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(spec)
    assert says in str(caught.value)
    assert spec in str(caught.value)


def test_help_lists_every_mode_with_every_option() -> None:
    text = help_text()
    for code, mode in MODES.items():
        assert f"\n{code} " in text
        for option in mode.options:
            assert f"{option.name}={option.default or '...'}" in text


def test_every_route_can_be_named() -> None:
    assert set(ROUTES) == {route.name for route in all_routes()} | {"any"}


def test_open_spans_hold_everything() -> None:
    assert 5 in Span() and 5 in Span(5, 5) and 4 not in Span(5) and 6 not in Span(None, 5)
