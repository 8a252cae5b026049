"""`tracker mcp` with the official client over stdio, as a real process; and line by line where lines are the point."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import random
import re
import shutil
import signal
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="needs mcp (make extras)")

from jsonschema import Draft202012Validator

from tests.command_line import called
from tests.serve.assistant import Assistant, ByHand, assistant, words_of
from tests.serve.random_questions import Question, question
from tests.sql.foreign.hostile_statements import HARMLESS, OVER, REFUSED
from tests.store.nights import land, model, night, small_registry, update
from tracker import registry
from tracker.cli import asked as reading
from tracker.registry import Registry
from tracker.serve.assistants.told import LETTERS
from tracker.settings import Settings

ENDLESS = "select count(*) from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 3"
LONG = 45  # steps of a chain of models
SEED = int(os.environ.get("SEED", "1"))

Ask = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def demo(demo_folder: Path) -> Iterator[Assistant]:
    """A session on the demo's folder."""
    with assistant(demo_folder, "--timeout", "20") as session:
        yield session


@pytest.fixture
def ask(demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask the demo's folder at a prompt, within this process."""
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    return lambda *words: called(*words, "--data-dir", str(demo_folder))


def chain() -> list[dict[str, Any]]:
    """Return a long chain of models, and one merge of very many."""
    root = [model("Qwen/Qwen3-0", 0)]
    links = [
        model(f"maker/{'long-' * 12}{step}", step, parents=[(step - 1, links_name(step - 1))])
        for step in range(1, LONG)
    ]
    many = [model(f"meta-llama/Many-{number}", 1000 + number) for number in range(400)]
    merged = [(each_number, each["model_id"]) for each_number, each in zip(range(1000, 1400), many, strict=True)]
    return [*root, *links, *many, model("maker/all-of-them", 5000, parents=merged, relation="merge")]


def links_name(step: int) -> str:
    return f"maker/{'long-' * 12}{step}" if step else "Qwen/Qwen3-0"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Registry]:
    """A folder that knows the 400 most downloaded models alone: a part of the Hub."""
    place = tmp_path_factory.mktemp("small")
    settings = Settings(data_dir=place / "data", memory_limit="1GB")
    small_registry(place / "registry")
    shutil.copy(registry.default_directory() / "definitions.csv", place / "registry")
    known = registry.load(place / "registry")
    update(settings, known, land(settings.data_dir, night(0), chain(), scope="top:446"))
    return settings, known


@pytest.fixture(scope="module")
def part(small: tuple[Settings, Registry]) -> Iterator[Assistant]:
    """A session on that folder, whose questions may take two seconds."""
    with assistant(small[0].data_dir, "--timeout", "2") as session:
        yield session


def test_every_question_is_a_tool_that_says_what_it_takes_and_what_comes_back(demo: Assistant) -> None:
    assert {"share", "trend", "top", "lineage", "claims", "schema", "sql"} <= set(demo.tools)
    assert tuple(demo.tools) == reading.QUESTIONS
    for name, tool in demo.tools.items():
        for schema in (tool.input_schema, tool.output_schema):
            Draft202012Validator.check_schema(schema)
        taken = {each.name.replace("-", "_") for each in reading.parameters(name)} | {"offset"}
        assert set(tool.input_schema["properties"]) == taken
        assert all(each.get("description") for each in tool.input_schema["properties"].values()), name
        assert tool.annotations.read_only_hint and not tool.annotations.open_world_hint
    assert len(json.dumps([tool.input_schema for tool in demo.tools.values()])) < 20_000, (
        "an assistant reads it each time"
    )


def test_an_answer_carries_all_that_defends_it(demo: Assistant, ask: Ask) -> None:
    given = {"names": ["Qwen"], "month": "2026-10"}
    answer = demo.answer("share", **given)
    assert answer["definition"] == "default" and answer["denominator"] == "all new derivatives of the month"
    [row] = answer["rows"]
    assert row["low"] <= row["share"] <= row["high"] and 0.9 < answer["coverage"]["traced"] <= 1
    assert re.fullmatch("[0-9a-f]{32}", answer["about"]["id"]) and answer["about"]["synthetic"] is True
    assert answer["citation"] == ask(*words_of("share", given), "--cite").stdout.strip()
    assert (answer["rows_total"], answer["offset"], answer["next_offset"]) == (1, 0, None)


def told_of(stderr: str) -> str:
    """What a prompt says, without the folder that it names in commands."""
    return re.sub(r" --data-dir [^` ]+", "", stderr).replace("\n", " ")


def same(demo: Assistant, ask: Ask, asked: Question) -> None:
    """Require the same rows and ids, or the same refusal, as at a prompt."""
    name, given = asked
    told = ask(*words_of(name, given), "--json")
    if told.returncode:
        shown = demo.refusal(name, **given)
        assert shown in told_of(told.stderr), (asked, shown, told.stderr)
        return
    expected, answer = json.loads(told.stdout), demo.whole(name, **given)
    rows = "rows" if "rows" in expected else "roots"
    assert answer[rows] == expected[rows], asked
    for part in ("about", "definition", "denominator", "coverage", "snapshot_date"):
        assert part not in expected or answer[part] == expected[part], (asked, part)


def test_questions_at_random_are_answered_as_at_a_prompt(demo: Assistant, ask: Ask) -> None:
    chance = random.Random(SEED)
    for _ in range(10):
        same(demo, ask, question(chance))


@pytest.mark.soak
def test_hundreds_of_questions_at_random_are_answered_as_at_a_prompt(demo: Assistant, ask: Ask) -> None:
    chance = random.Random(SEED + 1)
    for _ in range(300):
        same(demo, ask, question(chance))


@pytest.mark.parametrize(
    ("tool", "given", "told"),
    [
        ("share", {"names": ["Qwn"]}, "did you mean Qwen"),
        ("share", {"famly": "Qwen"}, "No such option '--famly'"),
        ("share", {"month": ["2026-10", "2026-09"]}, "--month is given twice"),
        ("share", {"output": "/tmp/x"}, "--output"),
        ("top", {"rows": "1e3"}, "1e3"),
        ("top", {"of": {"a": 1}}, "{'a': 1}"),
        ("lineage", {}, "name a MODEL"),
        ("lineage", {"model": "Qwen/Qwen2.5-7C"}, "did you mean Qwen/Qwen2.5-7B"),
        ("claims", {"names": ["F2l"]}, "F2"),
        ("schema", {"table": "modles"}, "did you mean models"),
        ("sql", {}, "no SQL given"),
        ("sql", {"sql": "select famly from lineage"}, "family"),
        ("shares", {}, "did you mean share"),
        ("top", {"offset": -1}, "offset -1 is not a whole number of rows"),
        ("top", {"offset": True}, "offset True is not"),
    ],
    ids=str,
)
def test_a_refusal_names_what_is_nearest(demo: Assistant, tool: str, given: dict[str, Any], told: str) -> None:
    assert told in demo.refusal(tool, **given)


def test_a_refusal_of_what_is_huge_is_short_and_quick(demo: Assistant) -> None:
    began = time.monotonic()
    assert len(demo.refusal("share", names=["a" * 300_000])) < 5_000
    assert "expression depth" in demo.refusal("sql", sql="select " + "1+" * 100_000 + "1")
    assert time.monotonic() - began < 15


def test_numbers_may_be_text_and_one_name_no_list(demo: Assistant) -> None:
    assert demo.answer("top", names="Qwen", rows="3") == demo.answer("top", names=["Qwen"], rows=3)
    assert (
        demo.answer("trend", names=["Qwen"], flow="true")["about"]["id"]
        == (demo.answer("trend", names=["Qwen"], flow=True)["about"]["id"])
    )


def test_nothing_that_is_told_breaks_the_schema_that_was_declared(demo: Assistant, part: Assistant) -> None:
    """The client validates each: null bounds, dates, no rows, NaN."""
    partial = part.answer("share", by="family", month="2026-01")
    assert partial["rows"] and all(row["low"] is row["high"] is None for row in partial["rows"])
    assert "most downloaded" in partial["denominator"] and partial["about"]["scope"] == "top:446"
    assert "of_all" not in partial["parameters"] and "part" in part.refusal("share", of_all=True)
    empty = demo.answer("share", month="2019-01")
    assert (empty["rows"], empty["rows_total"], empty["next_offset"]) == ([], 0, None) and empty["notes"]
    [row] = demo.answer("sql", sql="select date '2026-11-21' d, 0/0 a, 1/0 b, [0/0] c, '通义' t, 'x'::blob e")["rows"]
    assert row == {"d": "2026-11-21", "a": None, "b": None, "c": [None], "t": "通义", "e": "x"}
    assert demo.answer("share", month="2026-10", compare="definitions")["rows"]
    assert demo.answer("share", month="2026-10", then="2026-11-14")["rows"]
    assert demo.answer("measure", name="concentration")["rows"]
    assert demo.answer("measure", name="concentration", describe=True)["rows"]
    assert demo.answer("lineage", publisher="Qwen")["rows_total"] > 3


def test_a_long_answer_is_fewer_whole_rows_and_how_to_go_on(demo: Assistant, part: Assistant, ask: Ask) -> None:
    first = demo.answer("top", of="models", rows=5000)
    assert first["rows_total"] == 5000 and 50 < len(first["rows"]) == first["next_offset"] < 1000
    assert f"with offset {first['next_offset']}" in first["notes"][-1]
    assert len(json.dumps(first, ensure_ascii=False)) < 1.1 * LETTERS
    expected = json.loads(ask("top", "--of", "models", "--rows", "5000", "--json").stdout)
    assert first["about"] == expected["about"], "the id is that of the whole"
    assert demo.whole("top", of="models", rows=5000)["rows"] == expected["rows"]

    deep = part.answer("lineage", model=links_name(LONG - 1))
    assert len(deep["roots"][0]["path"]) == LONG - 1 and deep["rows_total"] == 1
    wide = part.answer("lineage", model="maker/all-of-them")
    assert wide["rows_total"] == 400 and 0 < len(wide["roots"]) < 400
    assert len(part.whole("lineage", model="maker/all-of-them")["roots"]) == 400
    for answer in (deep, wide):
        assert len(json.dumps(answer, ensure_ascii=False)) < 1.1 * LETTERS
    assert "license.steps" in wide["notes"][0] and set(wide["license"]) > {"license_class"}

    huge = demo.answer("sql", sql="select i, repeat('x', 10 + i * 100000) as s from range(3) t(i)")
    assert [row["i"] for row in huge["rows"]] == [0] and huge["next_offset"] == 1
    left_out = demo.answer("sql", sql="select i, repeat('x', 10 + i * 100000) as s from range(3) t(i)", offset=1)
    assert left_out["rows"] == [] and left_out["next_offset"] == 2 and "row 2 of 3 alone" in left_out["notes"][-1]


def test_resources_are_read(demo: Assistant) -> None:
    listed = {str(each.uri): each for each in demo.listed("resources")}
    assert set(listed) == {"tracker://definitions", "tracker://schema", "tracker://measures"}
    assert all(each.mime_type == "text/csv" and each.description for each in listed.values())
    assert demo.read("tracker://definitions").count("default") and "hf-direct" in demo.read("tracker://definitions")
    assert "downloads since upload" in demo.read("tracker://schema")
    assert "concentration" in demo.read("tracker://measures")
    [template] = demo.listed("resource_templates")
    assert template.uri_template == "tracker://schema/{table}"
    assert demo.read("tracker://schema/nights").splitlines()[1].startswith("nights,")
    for uri, told in {"tracker://definition": "tracker://definitions", "tracker://schema/modles": "models"}.items():
        with pytest.raises(Exception, match=f"did you mean {told}"):
            demo.read(uri)


def test_hostile_statements_are_refused_as_at_a_prompt(part: Assistant, small: tuple[Settings, Registry]) -> None:
    refused = list(REFUSED.values())[::8]
    for sql in refused:
        sql = sql.replace("{data}", str(small[0].data_dir)).replace("{home}", str(Path.home()))
        said = part.refusal("sql", sql=sql)
        told = called("sql", sql, "--data-dir", str(small[0].data_dir))
        assert told.returncode == 2 and said in told_of(told.stderr), (sql, said, told.stderr)


@pytest.mark.soak
def test_no_statement_of_a_stranger_takes_more_than_it_may(part: Assistant, small: tuple[Settings, Registry]) -> None:
    every = (*OVER.values(), *REFUSED.values(), *HARMLESS.values())
    for sql in (each for each in every if "\udcff" not in each):  # which this client cannot send
        sql = sql.replace("{data}", str(small[0].data_dir)).replace("{home}", str(Path.home()))
        began = time.monotonic()
        result = part.call("sql", sql=sql)
        assert time.monotonic() - began < 2 + 4 and (result.is_error or sql in HARMLESS.values()), sql
        assert part.answer("sql", sql="select 1 as n")["rows"] == [{"n": 1}]


def test_a_question_that_hangs_ends_by_its_time_and_a_new_night_is_told(
    part: Assistant, small: tuple[Settings, Registry]
) -> None:
    began = time.monotonic()
    assert "stopped after 2 seconds" in part.refusal("sql", sql=ENDLESS) and time.monotonic() - began < 6
    before = part.answer("top")
    settings, known = small
    update(settings, known, land(settings.data_dir, night(1), chain(), scope="top:446"))
    after = part.answer("top")
    assert after["about"]["generation"] == before["about"]["generation"] + 1
    assert after["snapshot_date"] == str(night(1)) and after["about"]["id"] != before["about"]["id"]


ODD = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1", "PYTHONWARNINGS": "always"}


def test_of_an_earlier_folder_with_a_lock_stdout_says_nothing_else(tmp_path: Path) -> None:
    """A folder that an update would migrate, locked by another, in a locale of ASCII, as loud as can be."""
    with tarfile.open(Path(__file__).parents[1] / "kept" / "folder-1.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    with (tmp_path / "data" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = ByHand(tmp_path / "data", "-v", env=ODD)
        answer = server.call("share", by="family")["structuredContent"]
        assert answer["rows"] and answer["about"]["id"]
        refused = server.call("share", names=["通义"])
        assert refused["isError"] and "通义" in refused["content"][0]["text"]
        assert server.call("sql", sql="select '通义' as n")["structuredContent"]["rows"] == [{"n": "通义"}]
        server.process.send_signal(signal.SIGTERM)
        code, err = server.end()
    assert code == 143 and "Traceback" not in err
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in server.lines)


def test_of_an_empty_folder_each_question_says_what_to_do_and_the_end_of_stdin_ends_all(tmp_path: Path) -> None:
    server = ByHand(tmp_path, "-v", "--timeout", "60", env=ODD)
    server.say({"method": "no/such/notification"})
    assert server.process.stdin is not None
    server.process.stdin.write(b"no json at all\n\xff\xfe\n")
    for tool in ("share", "schema", "claims"):
        refused = server.call(tool)
        assert refused["isError"] and "nothing is published in" in refused["content"][0]["text"]
    assert "nothing is published" in server.ask("resources/read", {"uri": "tracker://schema"})["error"]["message"]
    code, err = server.end()
    assert code == 0 and "Traceback" not in err
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in server.lines)
    assert list(tmp_path.iterdir()) == [], "nothing is written"


def test_what_nobody_waits_for_gives_its_place_back(small: tuple[Settings, Registry]) -> None:
    server = ByHand(small[0].data_dir, "--timeout", "60")
    hanging = [server.send("tools/call", {"name": "sql", "arguments": {"sql": ENDLESS}}) for _ in range(4)]
    time.sleep(0.5)  # all places are taken
    for number in hanging[:2]:
        server.say({"method": "notifications/cancelled", "params": {"requestId": number}})
    began = time.monotonic()
    assert server.call("sql", sql="select 1 as n")["structuredContent"]["rows"] == [{"n": 1}]
    assert time.monotonic() - began < 10
    began = time.monotonic()
    code, _ = server.end()
    assert code == 0 and time.monotonic() - began < 5
    assert [json.loads(line).get("id") for line in server.lines].count(hanging[0]) <= 1


@pytest.mark.parametrize("how", ["SIGTERM", "the client dies"])
def test_it_ends_at_once_while_a_question_hangs(small: tuple[Settings, Registry], how: str) -> None:
    server = ByHand(small[0].data_dir, "--timeout", "60")
    process = server.process
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    server.send("tools/call", {"name": "sql", "arguments": {"sql": ENDLESS}})
    time.sleep(0.5)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    if how == "SIGTERM":
        process.terminate()
        assert process.wait(5) == 128 + signal.SIGTERM
    else:
        process.stdout.close()
        server.send("tools/call", {"name": "schema", "arguments": {}})
        time.sleep(1)  # its answer finds nobody
        process.stdin.close()
        assert process.wait(10) == 0
    said = process.stderr.read()
    assert b"Traceback" not in said and b"nobody foresaw" not in said
    assert not [child for child in children if Path(f"/proc/{child}").exists()]
    assert not (small[0].data_dir / "last_error.txt").exists()
    for stream in (process.stdin, process.stdout, process.stderr):
        with contextlib.suppress(BrokenPipeError):
            stream.close()
