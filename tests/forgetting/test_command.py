"""`tracker forget` as its user meets it: it asks, or wants --yes; figures on stdout, one line on stderr."""

from __future__ import annotations

import json

from tests.command_line import on_terminal, tracker
from tests.forgetting.test_forget import files_of
from tracker.settings import Settings


def test_it_asks_on_a_terminal_and_wants_a_word_elsewhere(folder: Settings) -> None:
    place = ("--data-dir", str(folder.data_dir), "--registry", str(folder.registry))
    before = files_of(folder)
    refused = tracker("forget", "--date", "2026-11-04", *place)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "say --yes" in refused.stderr
    code, shown = on_terminal("forget", "--date", "2026-11-04", *place, columns=200, typed="n\n")
    assert code == 1 and "Take the night of hub_models on 2026-11-04 out of the record (21 models of" in shown
    assert files_of(folder) == before

    done = tracker("forget", "--date", "2026-11-04", "--yes", "--json", *place)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    gone = {"figure": "nights.models", "period": "2026-11-04", "key": "full", "before": 21.0, "after": None}
    assert gone in rows
    assert all(row["before"] or row["after"] for row in rows), "a figure of 0 that goes is no change"
    line = f"hub_models 2026-11-04 (21 models) is forgotten; {len(rows)} published figures change; published tracker-"
    assert line in done.stderr
    again = tracker("forget", "--date", "2026-11-04", "--yes", *place)
    assert again.returncode == 1 and "the nearest nights are 2026-10-31, 2026-11-01, 2026-11-02" in again.stderr
