"""A source is found by its place; half a source is a fault that names what is missing, and harms nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.placed import MADE, placed
from tracker.errors import SourceError, UnknownName
from tracker.sources import find, found, is_signal, name_of
from tracker.sources.contract import ABOUT, OF_SOURCES

OURS = sorted(found().sources)


def test_the_hub_s_list_is_a_source_like_the_others() -> None:
    hub = find("hub_models")
    assert [member for member in (*ABOUT, *OF_SOURCES) if not hasattr(hub, member)] == []
    assert not is_signal(hub) and "hub_models" in OURS and len(OURS) >= 5
    assert not found().faults


@pytest.mark.parametrize("place", ["made", "made/__init__"])
def test_a_module_or_a_folder_is_found_by_its_place(tmp_path: Path, place: str) -> None:
    with placed(tmp_path, {place: MADE}):
        made = find("made")
        assert (name_of(made), made.TITLE, is_signal(made)) == ("made", "Made scores", True)
        assert list(found().sources) == sorted([*OURS, "made"])
    with pytest.raises(UnknownName, match="no source called 'made'"):
        find("made")


def test_the_nearest_name_is_given() -> None:
    with pytest.raises(UnknownName, match="did you mean hub_models"):
        find("hub_model")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("LICENCE =", "_LICENCE ="), "lacks LICENCE"),
        (("def parse", "def _parse"), "lacks parse"),
        (("Column(pl.Int64", "Column(pl.UInt8"), "made_scores.tokens has a type that is none of Boolean, Date"),
        (('key=("day", "model")', 'whole=("night",)'), "the key night is no column of made_days"),
        (('USE_RIGHTS = "rows"', 'USE_RIGHTS = "some"'), "USE_RIGHTS 'some' is none of rows, share-alike"),
        (('key=("day", "model")', 'key=("day", "name")'), "the key name is no column of made_days"),
        (('"most", "2026-10-05: scores came in per mille", "score"', '"most", "x", "rating"'), "made_scores.rating"),
        (
            ('"most", "2026-10-05: scores came in per mille", "score"', '"much", "x", "score"'),
            "bounds 'much', which",
        ),
        (('"most", "2026-10-05: scores came in per mille", "score"', '"most", "x"'), "'most' of one column: give it"),
        (
            ('"rows", "2026-10-03: the file was cut to its header"', '"rows", "x", "score"'),
            "rows: give no column",
        ),
        (('"score": Column', '"run_id": Column'), "made_scores.run_id is the vintage"),
        (('"made_days"', '"made_scores"'), "the table made_scores is given twice"),
        (('"made_days"', '"Made Days"'), "'Made Days' is no name for a table"),
        (("TITLE =", "1 / 0\nTITLE ="), "cannot be imported: ZeroDivisionError"),
        (("TITLE =", "import nowhere_to_be_found\nTITLE ="), "cannot be imported: ModuleNotFoundError"),
    ],
)
def test_half_a_source_is_a_fault_that_is_named(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    assert change[0] in MADE
    with placed(tmp_path, {"made": MADE.replace(*change)}):
        with pytest.raises(SourceError) as caught:
            find("made")
        assert told in str(caught.value)
        assert list(found().sources) == OURS  # the others are as they were


def test_two_sources_may_not_give_one_table(tmp_path: Path) -> None:
    with placed(tmp_path, {"made": MADE, "other": MADE}):
        assert "the table made_scores is a table of made too" in found().faults["other"]


def test_a_part_that_sources_share_is_none(tmp_path: Path) -> None:
    with placed(tmp_path, {"shared_part": "PAGE = 1\n"}):
        assert list(found().sources) == OURS and not found().faults
