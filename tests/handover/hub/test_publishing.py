"""A data folder is published: one commit, one tag a night; a second time nothing happens; what is told and refused."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants
from huggingface_hub.utils import get_session

from tests.handover.hub import published
from tests.handover.hub.published import Desk
from tracker.errors import NothingPublished, SettingsError, SourceError, SourceRefused, StoreError
from tracker.handover.hub.client import Client
from tracker.handover.hub.folder import parsed
from tracker.handover.hub.standing import Standing

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the client sends objects so
DAY = "2026-10-05"


@pytest.fixture(params=["xet", "lfs"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "lfs":
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setitem(sys.modules, "hf_xet", None)
    return str(request.param)


def test_one_commit_and_one_tag_then_nothing(desk: Desk, way: str) -> None:
    done = desk.publish()
    first, second = desk.commits()
    assert done.commit == first and desk.tags() == {DAY: first} == {done.tag: first}
    assert done.url == f"{desk.hub.endpoint}/datasets/{desk.name}"
    assert f"{desk.name} is new, and private; --public shows it to all" in done.told
    assert any("`pip install hf_xet`" in each for each in done.told) == (way == "lfs")
    sums = parsed(desk.text("SHA256SUMS"))
    assert set(desk.state()) == {*sums, "SHA256SUMS", "README.md", ".gitattributes"} and "models.parquet" in sums
    assert {each.path for each in done.changes} == {*sums, "SHA256SUMS", "README.md"}
    assert desk.api.dataset_info(desk.name).private

    desk.hub.clear_log()
    again = desk.publish()
    assert (again.changes, again.commit, again.tag) == ((), first, DAY)
    assert desk.commits() == [first, second]
    assert not {"commit", "tag", "create", "preupload"} & {each.route for each in desk.hub.requests()}
    assert not [*desk.data.glob("publishing/*/*")]


def test_a_new_night_sends_what_changed_and_leaves_the_tag_of_the_one_before(desk: Desk) -> None:
    first = desk.publish()
    desk.night(date(2026, 10, 6))
    second = desk.publish()
    assert list(desk.tags().items()) == [(DAY, first.commit), ("2026-10-06", second.commit)]
    sent = {each.path: each.kind for each in second.changes}
    nights = {path: kind for path, kind in sent.items() if path.startswith("snapshots/")}
    assert list(nights.values()) == ["add"] and "families.parquet" not in sent and sent["README.md"] == "replace"
    assert "Nights up to snapshot_date=2026-10-05" in desk.text("README.md", DAY)


def test_a_night_that_is_restated_has_a_tag_of_its_own_and_is_told(desk: Desk) -> None:
    first = desk.publish()
    restated = published.altered(lambda folder: (folder / "families.parquet").write_bytes(b"of another registry"))
    second = desk.publish(write=restated)
    assert desk.tags() == {DAY: first.commit, f"{DAY}.2": second.commit} and second.tag == f"{DAY}.2"
    assert any("is restated: 2026-10-05 stays what was published of it first" in each for each in second.told)
    assert desk.publish(write=restated).commit == second.commit and len(desk.tags()) == 2


def test_a_tag_of_another_content_is_left_where_it_is(desk: Desk) -> None:
    desk.api.create_repo(desk.name, repo_type="dataset")
    desk.api.create_tag(desk.name, repo_type="dataset", tag=DAY)
    (before,) = desk.commits()
    done = desk.publish()
    assert desk.tags() == {DAY: before, f"{DAY}.2": done.commit}


def test_files_that_are_not_ours_any_more_go_and_those_of_others_stay(desk: Desk) -> None:
    desk.publish()
    desk.commit(notes_txt="of another")
    (gone,) = (path for path in parsed(desk.text("SHA256SUMS")) if "2026-09-05" in path)
    done = desk.publish(write=published.altered(lambda folder: (folder / gone).unlink()))
    assert {each.path for each in done.changes if each.kind == "delete"} == {gone}
    assert gone not in desk.state() and "notes.txt" in desk.state()


def test_a_file_that_another_changed_is_put_right_and_told(desk: Desk) -> None:
    before = desk.publish()
    at = desk.commit(models_parquet=b"of another")
    done = desk.publish()
    assert [each.path for each in done.changes] == ["models.parquet"] and desk.state() == desk.state(DAY)
    assert f"not kept: models.parquet as another has written it; it stands in commit {at[:8]}" in done.told
    assert desk.tags() == {DAY: before.commit}, "the same content again"


def test_a_dry_run_says_what_would_change_and_sends_nothing(desk: Desk) -> None:
    planned = desk.publish(is_dry=True)
    assert planned.commit is None and planned.tag == DAY and f"{desk.name} would be made, private" in planned.told
    assert {each.method for each in desk.hub.requests()} == {"GET"}
    done = desk.publish()
    assert planned.changes == done.changes
    desk.hub.clear_log()
    assert desk.publish(is_dry=True).changes == ()
    assert {each.method for each in desk.hub.requests()} == {"GET"}


def test_who_may_see_it_is_said_and_asked_for(desk: Desk) -> None:
    desk.publish()
    told = desk.publish(private=False).told
    assert f"{desk.name} is public now" in told and not desk.api.dataset_info(desk.name).private
    desk.publish()
    assert not desk.api.dataset_info(desk.name).private, "as it is, where nothing is said"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nobody", "write OWNER/NAME"),
        ("a/b/c", "write OWNER/NAME"),
        ("ann/bad--name", "write OWNER/NAME"),
        ("", "write OWNER/NAME"),
        ("datasets/ann/set", "did you mean ann/set?"),
        ("https://huggingface.co/datasets/ann/set", "did you mean ann/set?"),
        ("hf://datasets/ann/set@2026-11-21", "did you mean ann/set?"),
    ],
)
def test_a_name_that_is_none_is_told(desk: Desk, name: str, told: str) -> None:
    desk.name = name
    with pytest.raises(SettingsError, match=told.replace("?", r"\?")):
        desk.publish()
    assert desk.hub.requests() == []


def test_without_a_token_nothing_is_begun(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(SettingsError, match=r"needs a token that may write; run `hf auth login`, or set HF_TOKEN"):
        desk.publish()
    assert desk.hub.requests() == []


@pytest.mark.parametrize(
    ("token", "told"),
    [("hf_read", "this token has not the right to do that"), ("hf_unknown", "the Hub does not accept the token")],
)
def test_a_token_that_will_not_do_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch, token: str, told: str) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(SourceRefused, match=told):
        desk.publish()


def test_what_others_put_there_is_not_written_over(desk: Desk) -> None:
    desk.api.create_repo(desk.name, repo_type="dataset")
    desk.commit(train_csv="a,b\n1,2\n")
    before = desk.state()
    with pytest.raises(StoreError, match=r"holds 1 files that the tracker did not publish, the first is train.csv"):
        desk.publish()
    assert desk.state() == before and desk.tags() == {}


def test_another_record_is_not_written_over(desk: Desk) -> None:
    desk.publish()
    with pytest.raises(StoreError, match=r"is a record of https://hub.example, and this folder is synthetic data of"):
        desk.publish(write=published.telling(synthetic="true"))
    with pytest.raises(
        StoreError, match=r"is a record of https://hub.example, and this folder is a record of http://x"
    ):
        desk.publish(write=published.telling(endpoint="http://x"))

    def other_nights(folder: Path) -> None:
        for path in folder.glob("snapshots/*/*.parquet"):
            path.write_bytes(b"another walk")

    with pytest.raises(StoreError, match="was published from another data folder: none of its nights"):
        desk.publish(write=published.altered(other_nights))
    assert desk.publish().changes == ()


def test_a_folder_that_is_behind_does_not_turn_it_back(desk: Desk) -> None:
    desk.publish("2026-10-06")
    with pytest.raises(StoreError, match="is of 2026-10-06, and this folder's newest copy of 2026-10-05"):
        desk.publish()


def test_a_commit_of_another_between_is_no_mistake_of_ours(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit names its parent: where another has come between, the next round looks again."""
    desk.publish()
    look, looks = Standing.look, []

    def looked(*given: Any) -> Standing | None:
        looks.append(found := look(*given))
        if len(looks) == 2:
            desk.commit(notes_txt="of another")
        return found

    monkeypatch.setattr(Standing, "look", looked)
    done = desk.publish("2026-10-06")
    assert len(looks) == 4 and "notes.txt" in desk.state() and desk.tags()["2026-10-06"] == done.commit


PASSING = (
    "F9:route=create,count=1", "F6:route=preupload,count=1", "F2:route=dataset,count=1", "F3:route=xet,count=1",
    "F6:route=commit,count=1", "F9:route=commit,count=1,attempts=2", "F6:route=tag,count=1", "F9:route=refs,count=1",
)  # fmt: skip


def test_what_fails_for_a_while_is_tried_again(desk: Desk) -> None:
    desk.hub.set_faults(PASSING)
    done = desk.publish()
    assert desk.hub.fired() == dict.fromkeys(PASSING, 1)
    assert len(desk.commits()) == 2, "the one whose answer was lost was done, and is not done again"
    assert desk.tags() == {DAY: done.commit}


def test_a_wait_of_a_day_is_not_waited_for(desk: Desk) -> None:
    desk.hub.set_faults(["F4:route=preupload"])
    with pytest.raises(SourceRefused, match=r"asks to wait 86,40. seconds, and at most 900 are waited"):
        desk.publish()
    assert desk.tags() == {}


def test_a_hub_that_stays_silent_is_told_and_the_next_run_goes_on(desk: Desk) -> None:
    desk.hub.set_faults(["F6:route=commit"])
    with pytest.raises(SourceError, match="HTTP 500 again and again"):
        desk.publish()
    assert desk.tags() == {}
    desk.hub.set_faults([])
    assert desk.tags() == {} and desk.publish().tag == DAY == next(iter(desk.tags()))


def test_the_token_goes_to_the_endpoint_alone(desk: Desk) -> None:
    """Whatever address the Hub names, as that of a redirect or of a check of what was sent."""
    Client(desk.settings)
    port = desk.hub.endpoint.rpartition(":")[2]
    for origin in (desk.hub.endpoint, f"http://localhost:{port}"):
        get_session().get(f"{origin}/api/whoami-v2", headers={"authorization": f"Bearer {published.TOKEN}"})
    assert [(each.host.partition(":")[0], each.with_token) for each in desk.hub.requests()] == [
        ("127.0.0.1", True),
        ("localhost", False),
    ]


def test_a_folder_without_a_copy_is_told(desk: Desk, tmp_path: Path) -> None:
    desk.data = tmp_path / "nothing"
    with pytest.raises(NothingPublished, match="nothing is published in"):
        desk.publish()
    assert not desk.data.exists()


def test_a_card_that_the_hub_finds_fault_with_is_told(desk: Desk) -> None:
    def spoil(folder: Path) -> None:
        (folder / "README.md").write_text("---\nlicense: [\n---\n# Broken\n")

    with pytest.raises(StoreError, match="the Hub does not take the card: Invalid metadata in README"):
        desk.publish(write=published.altered(spoil))
    assert desk.tags() == {} and len(desk.commits()) == 1
