"""What others write on a card is kept or named, whatever the tracker writes anew."""

from __future__ import annotations

import pytest
import yaml

from tests.handover.hub.published import Desk
from tracker.handover.hub.card import merged

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the client sends objects so
OURS = "---\nlicense: mit\nconfigs:\n- config_name: models\n---\n# Ours\n\nWritten.\n"
NEXT = "---\nlicense: mit\nconfigs:\n- config_name: models\n- config_name: more\n---\n# Ours\n\nWritten anew.\n"


def first() -> str:
    return merged(OURS, None).text


def front(card: str) -> dict[str, object]:
    found = yaml.safe_load(card.split("---\n")[1])
    assert isinstance(found, dict)
    return found


def test_without_edits_the_card_is_ours_and_stays_the_same() -> None:
    assert merged(OURS, first()) == merged(OURS, None)
    assert merged(NEXT, first()).text == merged(NEXT, None).text and merged(NEXT, first()).lost == ()
    assert "# Ours" in first() and front(first()) == front(OURS)


def test_text_around_the_marks_and_entries_of_others_are_kept() -> None:
    edited = first().replace("mit\n", "mit\n", 1).replace("---\n<!--", "tags:\n- mine\n# a remark\n---\nAbove.\n\n<!--")
    edited += "\n## Used in\n\nA paper.\n"
    found = merged(NEXT, edited)
    assert found.lost == () and "Above.\n\n<!-- written" in found.text and found.text.endswith("A paper.\n")
    assert front(found.text) == {**front(NEXT), "tags": ["mine"]} and "# a remark" in found.text
    assert merged(NEXT, found.text) == found


def test_an_edit_within_is_named() -> None:
    found = merged(NEXT, first().replace("Written.", "Written by me."))
    assert found.lost == ("an edit of the text that is written anew",) and "by me" not in found.text
    found = merged(NEXT, first().replace("license: mit", "license: gpl-3.0"))
    assert "`license` of the front matter" in found.lost and front(found.text)["license"] == "mit"


def test_entries_that_say_which_columns_there_are_do_not_outlive_them() -> None:
    info = "dataset_info:\n  features:\n  - name: model_key\n    dtype: int64\n"
    found = merged(NEXT, first().replace("---\n<!--", f"{info}tags:\n- mine\n---\n<!--"))
    assert found.lost == ("`dataset_info` of the front matter",)
    assert "dataset_info" not in front(found.text) and front(found.text)["tags"] == ["mine"]


@pytest.mark.parametrize(
    "theirs", ["# Mine\n", "---\nlicense: mit\n---\n# Mine\n", "---\r\nlicense: mit\r\n---\r\n# Mine", "# Mine"]
)
def test_a_card_without_marks_is_kept_below(theirs: str) -> None:
    found = merged(OURS, theirs)
    assert found.text.index("# Ours") < found.text.index("# Mine") and front(found.text) == front(OURS)
    assert merged(OURS, found.text).text == found.text


def test_a_mark_that_was_deleted_loses_nothing() -> None:
    half = first().replace("<!-- up to here -->\n", "") + "Below.\n"
    found = merged(NEXT, half)
    assert found.lost, "told, since nobody knows where ours ended"
    assert merged(NEXT, found.text).lost == ()


def test_edits_on_the_hub_outlive_the_next_nights_and_are_told_where_they_do_not(desk: Desk) -> None:
    desk.publish()
    edited = desk.text("README.md").replace("---\n<!--", "tags:\n- mine\n---\n<!--") + "Below, by hand.\n"
    at = desk.commit(README_md=edited)
    quiet = desk.publish()
    assert (quiet.commit, quiet.changes) == (at, ()), "an edit of the card alone is no reason for a commit"
    assert list(desk.tags()) == ["2026-10-05"]
    desk.publish("2026-10-06")
    after = desk.text("README.md")
    assert after.endswith("Below, by hand.\n") and "snapshot_date: 2026-10-06" in after and "tags:\n- mine\n" in after
    at = desk.commit(README_md=after.replace("# Nights", "# My nights"))
    done = desk.publish("2026-10-06")
    assert any(f"an edit of the text that is written anew, in README.md; it stands in commit {at[:8]}" in each
               for each in done.told)  # fmt: skip
    assert "My nights" not in desk.text("README.md") and "My nights" in desk.text("README.md", at)
