"""What the registry asks of licences: a class with a reason, terms without a gap, one class for one text."""

from __future__ import annotations

from typing import Any

import pytest

from tests.registry_folder import write_registry
from tracker import registry

LINES: dict[str, list[dict[str, Any]]] = {
    "organizations": [{"namespace": "01-ai", "organization": "01.AI", "country": "CN"}],
    "families": [
        {"line": "Yi", "developer": "01.AI", "weights": "scratch", "weights_source": "https://example.org/yi"}
    ],
    "roots": [{"pattern": "01-ai/Yi-*", "line": "Yi"}],
}
TAG = {"tag": "apache-2.0", "spdx": "Apache-2.0", "license_class": "open-source", "osi_approved": "yes"}
OLD = {"license": "LicenseRef-Yi", "license_class": "restricted", "field_of_use": "no military use"}
NEW = {"license": "Apache-2.0", "license_class": "open-source"}


def problems(tmp_path, licenses=(), tags=(TAG,)):
    folder = write_registry(tmp_path / "registry", **LINES, licenses=list(licenses), license_tags=list(tags))
    return [f"{each.path.rpartition('/')[2]}:{each.line}: {each.message}" for each in registry.check(folder)]


def test_terms_that_follow_one_another_are_read_with_their_days(tmp_path):
    rows = [
        {"pattern": "01-ai/Yi-*", **OLD, "valid_from": "2023-11", "valid_to": "2024-05-30"},
        {"pattern": "01-ai/Yi-*", **NEW, "valid_from": "2024-05-30", "exception": "yes"},
        {"pattern": "Yi", **NEW},
    ]
    assert problems(tmp_path, rows) == []
    read = registry.load(tmp_path / "registry")
    assert [(each.valid_from, each.exception, each.is_of_a_line) for each in read.licenses] == [
        ("2023-11", False, False),
        ("2024-05-30", True, False),
        ("", False, True),
    ]
    assert [(each.tag, each.osi_approved) for each in read.license_tags] == [("apache-2.0", True)]


def test_a_folder_of_before_there_were_licenses_is_read(tmp_path):
    read = registry.load(write_registry(tmp_path / "registry", **LINES))
    assert (read.licenses, read.license_tags) == ((), ())


WRONG = {
    "no line": ([{"pattern": "Yi 2", **NEW}], "pattern 'Yi 2' is no line of families.csv"),
    "a star before the slash": ([{"pattern": "*/Yi", **NEW}], "with '*' only after the '/'"),
    "no class": ([{"pattern": "Yi", **OLD, "license_class": "free"}], "license_class is 'free'"),
    "unknown without reason": (
        [{"pattern": "Yi", "license": "?", "license_class": "unknown", "notes": ""}],
        "license_class is unknown, so notes must say",
    ),
    "an exception without reason": ([{"pattern": "Yi", **NEW, "exception": "yes", "notes": ""}], "exception is yes"),
    "an end before the beginning": (
        [{"pattern": "Yi", **OLD, "valid_from": "2024-05-30", "valid_to": "2024-05"}],
        "valid_to 2024-05 is not after valid_from 2024-05-30",
    ),
    "an end after which nothing is known": (
        [{"pattern": "Yi", **OLD, "valid_to": "2024-05-30"}],
        "no row says what holds for Yi then",
    ),
    "a gap": (
        [{"pattern": "Yi", **OLD, "valid_to": "2024-05-30"}, {"pattern": "Yi", **NEW, "valid_from": "2024-06-01"}],
        "the next row of Yi (line 3) is valid from 2024-06-01",
    ),
    "two terms at once": (
        [{"pattern": "Yi", **OLD}, {"pattern": "Yi", **NEW, "valid_from": "2024-06-01"}],
        "valid_to is empty, but the next row of Yi",
    ),
    "an open-source licence with a limit": (
        [{"pattern": "Yi", **NEW, "user_threshold": "100M MAU"}],
        "but user_threshold does",
    ),
    "one text of two classes": (
        [{"pattern": "Yi", "license": "Apache-2.0", "license_class": "restricted"}],
        "Apache-2.0 is restricted here and open-source in license_tags.csv, line 2",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_row_that_cannot_be_right_is_told(tmp_path, case):
    rows, told = WRONG[case]
    first, *_ = problems(tmp_path, rows)
    assert first.startswith("licenses.csv:") and told in first


def test_open_source_is_what_was_approved(tmp_path):
    (problem,) = problems(tmp_path, tags=[TAG | {"osi_approved": "no"}])
    assert problem.startswith("license_tags.csv:2: ") and "approved" in problem
