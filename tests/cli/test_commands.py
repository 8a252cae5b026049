"""Every command as its user meets it: a process, its stdout, its stderr, its exit code."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import duckdb
import polars as pl
import pytest

from tests.command_line import tracker
from tracker import charts
from tracker.cli import COMMANDS, cli

Run = Callable[..., subprocess.CompletedProcess[str]]


def commands() -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        inner = command.commands if isinstance(command, click.Group) else {}
        found += [(f"{name} {each}", below) for each, below in inner.items()] or [(name, command)]
    return found


@pytest.mark.parametrize(("name", "command"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_has_help_that_ends_in_an_example(name: str, command: click.Command) -> None:
    text = command.help or ""
    assert "Example" in text, name
    last = [line.strip() for line in text.strip().splitlines() if line.strip()][-1]
    assert f"tracker {name}" in last or last.endswith("| tracker sql"), f"{name}: the help ends in {last!r}"


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_is_run_as_a_process_by_a_test(name: str) -> None:
    words = ", ".join(f'"{word}"' for word in name.split())
    # or a tuple that is handed on to them, or the list of a process
    call = re.compile(rf'((\brun|\btracker|[ =])\(\s*|"-m", "tracker", ){words}[,)]')
    assert any(call.search(path.read_text(encoding="utf-8")) for path in Path(__file__).parents[1].rglob("*.py"))


@pytest.mark.parametrize("group", [(), ("registry",), ("watch",)])
def test_no_summary_of_a_command_is_cut_off(group: tuple[str, ...]) -> None:
    listed = tracker(*group, "--help", COLUMNS="80").stdout.partition("Commands:\n")[2].splitlines()
    assert len(listed) >= 3 and all(line.endswith(".") and not line.endswith("...") for line in listed), listed


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return found


@pytest.mark.parametrize("by", ["family", "origin_country", "publisher_country"])
def test_share_is_the_contracts_json_and_sums_to_one(ask: Run, by: str) -> None:
    answer = json.loads(ask("share", "--by", by, "--month", "2026-10", "--format", "json").stdout)
    assert list(answer) == [
        "measure", "definition", "parameters", "snapshot_date", "denominator", "coverage", "rows", "sql",
        "notes", "about",
    ]  # fmt: skip
    assert answer["measure"] == "share" and answer["definition"] == "default"
    assert answer["about"]["synthetic"] is True
    assert set(answer["coverage"]) == {"traced", "unreviewed"}
    assert all(list(row) == ["month", by, "derivatives", "share", "low", "high", "n"] for row in answer["rows"])
    assert sum(row["share"] for row in answer["rows"]) == pytest.approx(1)
    assert "unreviewed" in {row[by] for row in answer["rows"]}
    assert all(
        0 <= row["low"] <= row["share"] + 1e-12 and row["share"] <= row["high"] + 1e-12 for row in answer["rows"]
    )


@pytest.mark.parametrize(
    "question",
    [
        ("share", "--by", "family", "--from", "2026-08"),
        ("share", "Qwen", "--month", "2026-10"),
        ("share", "--by", "publisher_country", "--credit", "full", "--month", "2026-10"),
        ("top", "--by", "derivatives", "--of", "families"),
        ("top", "--by", "downloads", "--of", "models"),
        ("top", "--by", "likes", "--of", "publishers"),
        ("top", "--by", "downloads", "--of", "countries"),
        ("trend", "Qwen", "Llama", "--by", "downloads"),
        ("trend", "--by", "likes", "--of", "countries"),
        ("trend", "--by", "derivatives", "--of", "families"),
        ("diff", "2026-11-19", "2026-11-21"),
        ("measure", "concentration", "-p", "largest=0.01"),
        ("measure", "attention", "-p", "first=2026-11-19"),
    ],
    ids=" ".join,
)
def test_the_sql_of_an_answer_gives_the_same_rows(run: Run, ask: Run, question: tuple[str, ...]) -> None:
    answer = json.loads(run(*question, "--json").stdout)
    assert answer["rows"], "an empty answer would prove nothing"
    again = rows(ask("sql", answer["sql"], "--json"))
    assert len(again) == len(answer["rows"])
    for one, other in zip(again, answer["rows"], strict=True):
        assert {name: value for name, value in one.items() if not isinstance(value, float)} == {
            name: value for name, value in other.items() if not isinstance(value, float)
        }
        for name, value in other.items():
            if isinstance(value, float):
                assert one[name] == pytest.approx(value, rel=1e-12)


def test_stdout_is_data_in_every_format(run: Run, ask: Run, tmp_path: Path) -> None:
    question = ("top", "--by", "downloads", "--of", "families", "--rows", "5")
    expected = rows(ask(*question, "--json"))
    tsv = run(*question)  # piped, so TSV
    read = list(csv.DictReader(io.StringIO(tsv.stdout), delimiter="\t"))
    assert [row["family"] for row in read] == [row["family"] for row in expected]
    assert "synthetic demo data" in tsv.stderr and "synthetic" not in tsv.stdout
    assert len(ask(*question, "--format", "csv").stdout.splitlines()) == 6
    lines = ask(*question, "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["family"] for line in lines] == [row["family"] for row in expected]
    assert ask(*question, "--format", "markdown").stdout.startswith("| rank | family |")
    table = ask(*question, "--format", "table").stdout
    assert "snapshot 2026-11-21" in table and "synthetic demo data" in table
    assert ask(*question, "-q").stderr == ""
    assert ask(*question, "-o", str(tmp_path / "x.parquet")).returncode == 0
    assert pl.read_parquet(tmp_path / "x.parquet")["family"].to_list() == [row["family"] for row in expected]
    told = json.loads(pl.read_parquet_metadata(tmp_path / "x.parquet")["tracker"])
    about = json.loads(ask(*question, "--json").stdout)["about"]
    assert told["about"] == about and told["measure"] == "top" and "rows" not in told
    for said in (tsv.stderr, table, ask(*question, "--format", "markdown").stdout):
        assert said.splitlines()[-1].endswith(f"id {about['id']}") and about["registry_version"] in said
    refused = ask(*question, "--format", "parquet")
    assert refused.returncode == 2 and "--output FILE.parquet" in refused.stderr


def test_people_see_shares_in_per_cent_and_programs_parts_of_one(ask: Run) -> None:
    question = ("share", "Qwen", "--month", "2026-10", "--compare", "definitions")
    names, _, first = [line.split() for line in ask(*question, "--format", "table").stdout.splitlines() if line][:3]
    shares = dict(zip(names, first, strict=True))
    expected = rows(ask(*question, "--json"))[0]
    assert expected["family"] == shares.pop("family") == "Qwen" and 0 < expected["default"] < 1
    assert shares == {name: f"{expected[name]:.1%}" for name in names[1:]}


def test_show_sql_prints_only_sql(run: Run, ask: Run) -> None:
    done = run("share", "--month", "2026-10", "--show-sql")
    assert done.stdout.startswith("with ") and rows(ask("sql", done.stdout, "--json"))


def test_measures_are_listed_described_and_asked(ask: Run) -> None:
    listed = {row["name"]: row["ask"] for row in rows(ask("measure", "--json"))}
    assert listed["sizes"] == "tracker measure sizes" and listed["share"] == "tracker share"
    described = rows(ask("measure", "derivatives_rank", "--describe", "--json"))
    assert [row["parameter"] for row in described] == ["model", "until"]
    assert rows(ask("measure", "derivatives_rank", "-p", "model=Qwen/Qwen2.5-7B", "--json"))[0]["derivatives"] > 1
    for mistake in ((), ("-p", "model"), ("-p", "modle=x"), ("-p", "model=x", "-p", "until=soon")):
        done = ask("measure", "derivatives_rank", *mistake)
        assert done.returncode == 2 and done.stderr.startswith("error: ") and done.stdout == ""


def test_lineage_is_the_contracts_json(ask: Run) -> None:
    merged = (
        "select model_id from lineage where status = 'derived' and weight < 1 and depth > 1 order by model_id limit 1"
    )
    model = rows(ask("sql", merged, "--json"))[0]["model_id"]
    answer = json.loads(ask("lineage", model, "--json").stdout)
    assert answer["model_id"] == model and answer["status"] == "derived" and answer["why"]
    assert sum(root["weight"] for root in answer["roots"]) == pytest.approx(1)
    for root in answer["roots"]:
        assert set(root) == {"root_id", "family", "line", "developer", "origin_country", "weight", "depth", "path"}
        assert root["path"][-1]["model_id"] == root["root_id"]
        assert all(set(step) == {"model_id", "relation", "evidence"} for step in root["path"])


def test_lineage_draws_the_way_up_and_down(run: Run) -> None:
    query = (
        "select root_id, model_id from lineage where depth = 3 and weight = 1 and status = 'derived' order by 2 limit 1"
    )
    row = rows(run("sql", query, "--json"))[0]
    up = run("lineage", row["model_id"], "--format", "tree").stdout
    assert up.splitlines()[0].startswith(row["model_id"]) and row["root_id"] in up and "└── " in up
    assert "synthetic demo data" in up
    down = run("lineage", row["root_id"], "--down", "--limit", "1000", "--format", "tree").stdout
    assert row["model_id"] in down and "descendants" in down


def test_unknown_names_are_answered_with_the_nearest(run: Run, ask: Run) -> None:
    done = run("lineage", "qwen/qwen2.5-7")
    assert done.returncode == 1 and "did you mean" in done.stderr and "Qwen/Qwen2.5-7B" in done.stderr
    done = ask("share", "Qwne", "--month", "2026-10")
    assert done.returncode == 1 and "Qwen" in done.stderr
    done = ask("chart", "familys")
    assert done.returncode == 1 and "families" in done.stderr
    done = tracker("statsu")
    assert done.returncode == 2 and "status" in done.stderr


@pytest.mark.parametrize(
    "statement",
    [
        "copy models to 'x.csv'",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "attach 'x.duckdb'",
        "set memory_limit = '90GB'",
        "pragma database_list",
        "create table x as select 1",
        "drop view snapshots",
        "select 1; select 2",
        "install httpfs",
        "select nothing from models",
    ],
)
def test_sql_does_nothing_but_select(ask: Run, statement: str) -> None:
    done = ask("sql", statement)
    assert done.returncode == 2, done.stdout
    assert done.stderr.startswith("error: ") and "Traceback" not in done.stderr


def test_sql_takes_parameters_files_and_stdin(run: Run, ask: Run, tmp_path: Path) -> None:
    done = ask("sql", "select count(*) as n from models where publisher = $who", "-p", "who", "Qwen", "--json")
    assert rows(done)[0]["n"] > 5
    (tmp_path / "q.sql").write_text("select count(*) as n from runs")
    assert rows(run("sql", "-f", str(tmp_path / "q.sql"), "--json")) == [
        {"n": 187}
    ]  # 16 nights, 10 of signals, the rest of archives


def test_schema_explains_every_column(run: Run) -> None:
    found = rows(run("schema", "--json"))
    assert {"models", "snapshots", "parents", "lineage", "nearest", "events", "runs"} <= {row["table"] for row in found}
    assert [row for row in found if row["column"] and not row["comment"]] == []


def test_status_and_doctor(run: Run) -> None:
    assert run("status", "--check", "--max-age", "1").returncode == 0
    assert "16 of 30 from 2026-10-23 to 2026-11-21" in run("status").stdout
    assert len(rows(run("status", "--runs", "--json"))) == 187
    done = run("doctor", "--record")
    assert done.returncode == 0, done.stdout
    stale = run("status", "--check", "--max-age", "0")
    assert stale.returncode == 4 and "h ago" in stale.stderr


def test_history_tells_what_covers_the_days(run: Run) -> None:
    covers = {row["source"]: row["nights"] for row in rows(run("history", "--json")) if row["kind"] == "covers"}
    assert covers == {"hub_models": 16, "hub_stats": 54, "weekly_snapshots": 105}


def test_a_backfill_from_nowhere_says_what_there_is(run: Run) -> None:
    done = run("backfill", "hub_stat", "--plan")
    assert done.returncode == 1 and "there are hub_stats, model_pulse, weekly_snapshots" in done.stderr


def test_doctor_says_so_where_a_copy_is_too_old_for_its_rules(demo_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "older"
    shutil.copytree(demo_folder, folder, symlinks=True)
    copy = (folder / "tracker.duckdb").resolve()
    copy.chmod(0o644)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("alter table nights drop column registry_version")
    done = tracker("doctor", "--data-dir", str(folder), "--json")
    assert done.returncode == 1
    told = {row["check"]: row for row in json.loads(done.stdout)["rows"]}
    assert (told["published"]["verdict"], told["rules"]["verdict"]) == ("fine", "wrong")
    assert "`tracker publish` may help" in told["rules"]["finding"]


def test_charts_are_written(run: Run, all_charts: list[Path], tmp_path: Path) -> None:
    done = run("chart", "share_by_family", "-o", str(tmp_path / "x.svg"))
    assert done.returncode == 0, done.stderr
    assert "Synthetic demo data" in (tmp_path / "x.svg").read_text()
    assert done.stderr == "", "no library may talk on stderr"
    assert "families\tMonthly share" in run("chart").stdout
    assert [path.suffix for path in all_charts].count(".csv") == len(charts.names())
    assert "downloads-dark.png" in [path.name for path in all_charts if path.exists()]
    assert run("chart", "families", "--all").returncode == 2


def test_a_report_is_written_as_one_file(run: Run, tmp_path: Path) -> None:
    for suffix in (".html", ".md"):
        done = run("report", "--week", "2026-W47", "-o", str(tmp_path / f"week{suffix}"))
        assert done.returncode == 0 and done.stdout.strip().endswith(suffix), done.stderr
        assert "Qwen" in (tmp_path / f"week{suffix}").read_text()
    assert run("report", "-o", str(tmp_path / "week.pdf")).returncode == 2
    refused = run("report", "--week", "2025-W53")
    assert refused.returncode == 2 and "2025 has no week 53: its last is 2025-W52" in refused.stderr


def test_a_data_set_is_published_under_a_name_of_the_hub(run: Run) -> None:
    done = run("publish-dataset", "adoption", "--dry-run")
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1
    assert "'adoption' is no name of a data set on the Hub; write OWNER/NAME" in done.stderr


def test_export_is_complete_and_stands_alone(run: Run, tmp_path: Path) -> None:
    done = run("export", "--single-file", str(tmp_path / "one.duckdb"), "--to", str(tmp_path / "parquet"))
    assert done.returncode == 2
    assert run("export", "--single-file", str(tmp_path / "one.duckdb")).returncode == 0
    with duckdb.connect(str(tmp_path / "one.duckdb"), read_only=True) as connection:
        nights = connection.execute("select count(distinct snapshot_date) from snapshots").fetchall()
    assert nights == [(70,)], "16 of ours and 54 of an archive; the rows of the other may not leave"
    assert run("export", "--to", str(tmp_path / "parquet")).returncode == 0
    assert list((tmp_path / "parquet").rglob("*.parquet"))


def test_nothing_is_left_on_stderr_at_exit(run: Run) -> None:
    """duckdb 2.0 prints lines about leaked instances when a connection outlives its use."""
    assert run("sql", "select 1 as one").stderr == ""


def test_without_a_network_update_fails_fast_and_says_what_to_try(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    done = tracker("update", "--data-dir", str(tmp_path), HF_ENDPOINT=address)
    assert done.returncode == 1, done.stderr
    assert address in done.stderr and "tracker demo" in done.stderr and "Traceback" not in done.stderr


def test_before_the_first_run_commands_say_what_to_do(tmp_path: Path) -> None:
    done = tracker("share", "--data-dir", str(tmp_path))
    assert done.returncode == 1 and "tracker update" in done.stderr and "tracker demo" in done.stderr


def test_if_due_is_a_no_op_when_the_night_is_there(run: Run) -> None:
    done = run("update", "--if-due", "--date", "2026-11-21", HF_ENDPOINT="http://127.0.0.1:9")
    assert done.returncode == 0 and "nothing to do" in done.stderr


def test_the_demo_empties_only_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "thesis.txt").write_text("mine")
    done = tracker("demo", "--data-dir", str(tmp_path / "demo"))
    assert done.returncode == 2 and (tmp_path / "demo" / "thesis.txt").read_text() == "mine"


def test_the_demo_answers_first_questions_and_draws(demo_folder: Path) -> None:
    here = demo_folder.parents[1]
    text = (here / "demo.txt").read_text()
    assert "built on Qwen" in text and "synthetic demo data" in text and "└── " in text
    written = [line.strip() for line in text.splitlines() if line.strip().endswith(".html")]
    assert [Path(each).name for each in written] == ["report.html", "index.html"]
    assert all("Qwen" in (here / each).read_text() for each in written)


def test_the_flow_of_the_demo_flags_what_was_planted(ask: Run) -> None:
    """A day on which counters stood still, and one on which a part of them fell, to be back four nights later."""
    answer = json.loads(ask("trend", "Qwen", "Llama", "--flow", "--from", "2026-10-24", "--json").stdout)
    flags = {(row["snapshot_date"], row["family"]): (row["value"], row["flag"]) for row in answer["rows"]}
    assert flags["2026-11-04", "Qwen"] == (0, "stall") and flags["2026-11-04", "Llama"][1] == "stall"
    for day, flag in (("05", "catch-up"), ("13", "fall"), ("15", "fall"), ("16", "recovery"), ("17", "ok")):
        assert flags[f"2026-11-{day}", "Qwen"][1] == flags[f"2026-11-{day}", "Llama"][1] == flag
    assert all(value >= 0 for value, _ in flags.values())
    told = [note for note in answer["notes"] if note.startswith("2026-11-")]
    assert told[0].startswith("2026-11-03: counters stood still in ") and "(up to 100% unmoved, " in told[0]
    assert told[2].startswith("2026-11-12: counters fell (") and told[3].startswith("2026-11-15: ")
