"""Watches as a user has them: `tracker watch`, then `tracker update` against a Hub, then a webhook that heard of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.command_line import called, tracker
from tests.notify.sinks import SECRET, Sink, echoing, status
from tests.test_pipeline import model
from tracker.demo import HubProcess

FIRST, SECOND = date(2026, 11, 20), date(2026, 11, 21)


def test_a_night_tells_what_was_watched_for(hub: Callable[..., HubProcess], tmp_path: Path) -> None:
    models = [model(number) for number in range(300)]
    later = [model(number, downloads=11 * number, downloadsAllTime=101 * number) for number in range(300)]
    served = hub({FIRST: models, SECOND: [*later[:7], *later[8:], model(900, id="new-lab/first", author="new-lab")]})
    folder = ["--data-dir", str(tmp_path / "data")]

    def asked(done: subprocess.CompletedProcess[str]) -> str:
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert json.loads(asked(called("watch", "list", "--json", *folder)))["rows"] == []
    early = asked(called("watch", "add", "--publisher", "new-lab", *folder)).strip()
    with Sink(echoing(503), status(200)) as sink:
        environ = {"HF_ENDPOINT": served.endpoint, "TRACKER_WEBHOOK_URL": sink.address}
        served.set_night(FIRST)
        assert tracker("update", "--date", str(FIRST), *folder, **environ).returncode == 0
        asked(tracker("watch", "add", "--removed", "maker-0/*", *folder))
        served.set_night(SECOND)
        done = tracker("update", "--date", str(SECOND), *folder, **environ)
        assert (done.returncode, len(sink.heard)) == (0, 2) and SECRET not in done.stderr
        assert "maker-0/model-7 was removed by 2026-11-21" in done.stderr, "it is in the log"
        due = tracker("update", "--if-due", "--date", str(SECOND), *folder, **environ)
        assert due.returncode == 0 and "nothing to do" in due.stderr
        again = tracker("update", "--date", str(SECOND), "--no-resume", *folder, **environ)
        assert again.returncode == 0
    told = {heard.json["text"] for heard in sink.heard}
    assert told == {"maker-0/model-7 was removed by 2026-11-21", "new-lab/first is new"}
    assert len(sink.heard) == 3, "the one that was refused, once more"
    rows = json.loads(asked(tracker("watch", "list", "--json", *folder)))["rows"]
    assert [(row["since"], row["found"]) for row in rows] == [(str(FIRST), 1), (str(FIRST), 1)]
    assert "1 model of new-lab was ever seen" in asked(called("watch", "test", early, "--format", "tsv", *folder))
    assert asked(tracker("watch", "remove", early, *folder)) == ""
    assert len(json.loads(asked(called("watch", "list", "--json", *folder)))["rows"]) == 1
    report = called("report", *folder)
    assert report.returncode == 0, report.stderr
    note = next((tmp_path / "data" / "reports").glob("*/report.json"))
    texts = [each["text"] for each in json.loads(note.read_text())["sentences"] if each["kind"] == "watched"]
    assert sorted(texts) == [
        "Watched for, on 2026-11-21: maker-0/model-7 was removed by 2026-11-21.",
        "Watched for, on 2026-11-21: new-lab/first is new.",
    ]


def test_what_can_be_no_watch_is_a_usage_error(tmp_path: Path) -> None:
    for arguments, said in (
        ([], "name one thing to watch for"),
        (["--removed", "a/b", "--publisher", "c"], "name one thing to watch for"),
        (["--derivatives-of", "a/b"], "needs --over N"),
        (["--share-of", "Qwen"], "needs --drops POINTS"),
        (["--removed", "a/b", "--over", "3"], "go with --derivatives-of"),
        (["--publisher", "a", "--drops", "3"], "goes with --share-of"),
        (["--publisher", "a/b"], "write its namespace, as in a"),
    ):
        done = called("watch", "add", *arguments, "--data-dir", str(tmp_path / "data"))
        assert done.returncode == 2 and said in done.stderr, done.stderr
    done = called("watch", "remove", "nothing", "--data-dir", str(tmp_path / "data"))
    assert done.returncode == 1 and "no watch called 'nothing'; `tracker watch list" in done.stderr
