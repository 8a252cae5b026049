"""A data folder is published: one commit, one tag a night; a second time nothing happens; what is told and refused."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from tests import planted
from tests.handover.hub import published
from tests.handover.hub.published import Desk
from tracker.api import operate
from tracker.demo import HubProcess
from tracker.errors import SettingsError, SourceError, SourceRefused, StoreError
from tracker.handover.hub.folder import parsed
from tracker.handover.hub.standing import Standing

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the client sends objects so
DAY = "2026-10-05"


@pytest.fixture(params=["xet", "lfs"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", request.param == "lfs")
    return str(request.param)


def test_one_commit_and_one_tag_then_nothing(desk: Desk, way: str) -> None:
    done = desk.publish()
    first, second = desk.commits()
    assert done.commit == first and desk.tags() == {DAY: first} == {done.tag: first}
    assert done.url == f"{desk.hub.endpoint}/datasets/{desk.name}"
    assert f"{desk.name} is new, and private; --public shows it to all" in done.told
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
    desk.restate()
    second = desk.publish()
    assert desk.tags() == {DAY: first.commit, f"{DAY}.2": second.commit} and second.tag == f"{DAY}.2"
    assert any("is restated: 2026-10-05 stays what was published of it first" in each for each in second.told)
    assert desk.publish().commit == second.commit and len(desk.tags()) == 2


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
    operate.forget_night(desk.settings, date(2026, 9, 5), "hub_models")
    done = desk.publish()
    assert {each.path for each in done.changes if each.kind == "delete"} == {gone}
    assert gone not in desk.state() and "notes.txt" in desk.state()


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


def test_another_record_is_not_written_over(desk: Desk, tmp_path: Path) -> None:
    desk.publish()
    other = Desk(desk.hub, planted.folder(synthetic=True), desk.name)
    with pytest.raises(StoreError, match=r"is a record of https://hub.example, and this folder is synthetic data of"):
        other.publish()
    other = Desk(desk.hub, planted.folder(scope="top:8"), desk.name)
    with pytest.raises(StoreError, match="was published from another data folder: none of its nights"):
        other.publish()
    assert desk.publish().changes == ()


def test_a_folder_that_is_behind_does_not_turn_it_back(desk: Desk, tmp_path: Path) -> None:
    shutil.copytree(desk.data, tmp_path / "before", symlinks=True)
    desk.night(date(2026, 10, 6))
    desk.publish()
    behind = Desk(desk.hub, tmp_path / "before", desk.name)
    with pytest.raises(StoreError, match="is of 2026-10-06, and this folder's newest copy of 2026-10-05"):
        behind.publish()


def test_a_commit_of_another_between_is_no_mistake_of_ours(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit names its parent: where another has come between, the next round looks again."""
    desk.publish()
    desk.night(date(2026, 10, 6))
    written = []

    def write(data_dir: Path, folder: Path) -> None:
        published.write(data_dir, folder)
        written.append(folder)

    look = Standing.look

    def looked(*given: Any) -> Standing | None:
        found = look(*given)
        if written:
            written.clear()
            desk.commit(notes_txt="of another")
        return found

    monkeypatch.setattr(Standing, "look", looked)
    done = desk.publish(write=write)
    assert "notes.txt" in desk.state() and desk.tags()["2026-10-06"] == done.commit


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


def test_the_token_goes_to_the_endpoint_alone(desk: Desk, served: HubProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.publish()
    asked = served.requests()
    assert asked and all(each.with_token == (each.tier == "free") for each in asked)
    assert {each.with_token for each in asked if each.route == "object"} <= {False}
