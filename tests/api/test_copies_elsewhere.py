"""A copy that somebody sent: one file, or a folder of Parquet files, answers as the data folder that it came from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

import tracker
from tests import planted
from tests.answers.random_questions import Draw
from tests.command_line import called
from tests.handover.objects import bucket
from tests.handover.objects.exported import Exported
from tracker import store
from tracker.answers import Answer
from tracker.api import draw
from tracker.errors import QueryRefused, SettingsError, StoreError
from tracker.settings import Settings

FORMS = ("one file", "folder", "database")


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The planted copy in every form that can be named, each where nothing may be written; the last in its folder."""
    place = tmp_path_factory.mktemp("sent")
    data = planted.folder()
    found = {"one file": place / "one" / "hub.duckdb", "folder": place / "two" / "export"}
    store.export_single_file(data, found["one file"])
    store.export_parquet(data, found["folder"])
    return {**found, "database": data / "tracker.duckdb"}


@pytest.fixture(scope="module")
def downloaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was exported into an object store, as somebody has it who fetched all of it."""
    pytest.importorskip("obstore", reason="needs obstore (make extras)")
    with bucket.served() as port, pytest.MonkeyPatch.context() as patch:
        for name, told in bucket.environment(port).items():
            patch.setenv(name, told)
        exported = Exported(f"s3://{bucket.NAME}/of/all")
        exported.export(Settings(data_dir=planted.folder()))
        return exported.download(tmp_path_factory.mktemp("downloaded"))


@pytest.fixture(params=(*FORMS, "store"), scope="module")
def other(request: pytest.FixtureRequest, sent: dict[str, Path]) -> Iterator[tracker.Copy]:
    place = request.getfixturevalue("downloaded") if request.param == "store" else sent[request.param]
    with tracker.open(place) as opened:
        yield opened


QUESTIONS: dict[str, Callable[[tracker.Copy], Any]] = {
    "share": lambda copy: copy.share(first="2026-08"),
    "share of countries": lambda copy: copy.share(by="origin_country", month="2026-09", denominator="traced"),
    "trend": lambda copy: copy.trend(),
    "trend of models": lambda copy: copy.trend("carol/tune", of="models", flow=True),
    "top": lambda copy: copy.top(of="models", by="likes"),
    "diff": lambda copy: copy.diff("2026-09-30", "2026-10-05"),
    "compare": lambda copy: copy.compare(month="2026-09"),
    "up": lambda copy: copy.lineage("erin/merge"),
    "down": lambda copy: copy.lineage("Qwen/Qwen3-8B", down=True),
    "down, as uploaded": lambda copy: copy.lineage("unsloth/Qwen3-8B", down=True, variant="as_uploaded"),
    "claims": lambda copy: copy.claims(["F20", "F21", "F27"]),
    "fit": lambda copy: copy.claims(fit="F21"),
    **{
        f"measure {name}": lambda copy, name=name: copy.measure(name)
        for name in ("concentration", "attention", "licenses", "sizes")
    },
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_the_same_rows_and_ids(copy: tracker.Copy, other: tracker.Copy, name: str) -> None:
    here, there = QUESTIONS[name](copy), QUESTIONS[name](other)
    assert there.as_json() == here.as_json(), "rows, SQL, notes, ids, licences"
    assert there.cite() == here.cite() and not here.frame.is_empty()
    if name not in ("claims", "fit"):  # which print several statements, or none
        assert other.sql(there.sql).as_json() == copy.sql(here.sql).as_json()


@pytest.mark.parametrize("seed", range(16))
def test_so_has_any_other(copy: tracker.Copy, sent: dict[str, Path], seed: int) -> None:
    asked = Draw(seed)
    here = asked.ask(copy)
    if here is not None:
        with tracker.open(sent[FORMS[seed % 2]]) as other:
            there = asked.ask(other)
        assert isinstance(there, Answer) and there.as_json() == here.as_json()


TABLES = (
    "lineage", "lineage_rows", "nearest", "nearest_rows", "models", "parents", "edges", "events", "runs", "nights",
    "counters", "history", "snapshots", "daily_rollup", "daily_families", "downloads_by_country", "daily_downloads",
    "former_names", "families", "definitions", "sources", "source_tables",
    "lineage_of('teacher')", "edges_of('default')", "movers('2026-09-30', '2026-10-05')",
    "model_history('carol/draft')",
)  # fmt: skip


LEAVE = "source in (select name from sources where use_rights = 'rows')"


@pytest.mark.parametrize("table", TABLES)
def test_every_table_holds_the_same(copy: tracker.Copy, other: tracker.Copy, table: str) -> None:
    leave = f"where {LEAVE} " if table == "source_tables" else ""  # in its folder a copy has those that stay as well
    here = copy.published.query(f"from {table} {leave}order by all")
    there = other.published.query(f"from {table} {leave}order by all")
    assert (there.schema, there.rows()) == (here.schema, here.rows())


def test_tables_of_sources_whose_rows_stay_are_in_no_export(copy: tracker.Copy, sent: dict[str, Path]) -> None:
    stay = copy.published.query(f"select table_name from source_tables where not {LEAVE}")["table_name"]
    assert {"token_days", "second_hub"} <= {*stay}
    for form in ("one file", "folder"):
        with tracker.open(sent[form]) as other:
            assert not _of(stay) & {*other.schema().frame["table"]}


def _of(tables: Iterable[str]) -> set[str]:
    return {name for table in tables for name in (table, f"{table}_current")}


def test_its_schema_its_checks_and_its_charts_are_the_same(
    copy: tracker.Copy, other: tracker.Copy, tmp_path: Path
) -> None:
    there = other.schema().frame
    stay = _of(copy.published.query(f"select table_name from source_tables where not {LEAVE}")["table_name"])
    if stay & {*there["table"]}:
        stay = set()  # in its folder it has them
    assert there.rows() == copy.schema().frame.filter(~pl.col("table").is_in(list(stay))).rows()
    for name, each in (("here", copy), ("there", other)):
        draw.chart(each, "share_by_family").save(tmp_path / f"{name}.svg")
    assert (tmp_path / "here.svg").read_bytes() == (tmp_path / "there.svg").read_bytes()


def test_an_answer_that_was_saved_is_verified_elsewhere(copy: tracker.Copy, other: tracker.Copy) -> None:
    found = other.verify(json.dumps(copy.share(month="2026-09").as_json()).encode())
    assert found.equal and found.same_copy


def test_it_is_sealed_as_well(sent: dict[str, Path]) -> None:
    secret = sent["folder"].parent / "secret.csv"
    secret.write_text("a\n1\n")
    for form in ("one file", "folder"):
        with tracker.open(sent[form]) as other:
            for sql in (f"from read_csv('{secret}')", f"from '{secret}'", "drop table models", "set threads = 1"):
                with pytest.raises(QueryRefused):
                    other.sql(sql)


def test_nothing_is_written_where_it_stands(sent: dict[str, Path], tmp_path: Path) -> None:
    for form in ("one file", "folder"):
        place = tmp_path / form
        place.mkdir()
        where = place / sent[form].name
        shutil.copytree(sent[form], where) if sent[form].is_dir() else shutil.copy(sent[form], where)
        before = sorted(place.rglob("*"))
        for words in ("share", "status", "status --runs", "doctor", "schema", "update", "chart --all"):
            called(*words.split(), "--data-dir", str(where))
        assert sorted(place.rglob("*")) == before


WRITING = [
    *[(name,) for name in ("update", "collect", "load", "resolve", "publish", "sources", "demo")],
    ("collect", "hub_models", "--if-due"),
    ("update", "--if-due"),
    ("backup", "there"),
    ("restore", "there"),
    ("export", "--to", "there"),
    ("status", "--check"),
    ("chart", "--all"),
]


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
@pytest.mark.parametrize("form", FORMS)
def test_who_would_write_is_refused_with_a_sentence(sent: dict[str, Path], form: str, words: tuple[str, ...]) -> None:
    done = called(*words, "--data-dir", str(sent[form]))
    assert done.returncode == 2 and done.stdout == "", done.stderr
    assert done.stderr.startswith(f"error: {sent[form]} is a copy to ask") and done.stderr.count("\n") == 1


def test_the_library_refuses_as_well(sent: dict[str, Path]) -> None:
    from tracker import settings
    from tracker.api import operate

    for form in FORMS:
        chosen = settings.load({"data_dir": sent[form]}, environ={})
        for write in (operate.resolve, operate.publish, lambda told: operate.back_up(told, Path("there"))):
            with pytest.raises(SettingsError, match="is a copy to ask"):
                write(chosen)


def test_status_says_what_is_not_in_it(sent: dict[str, Path]) -> None:
    told = called("status", "--data-dir", str(sent["folder"])).stdout
    assert "newest night\t2026-10-05" in told and "ask the folder that it came from" in told
    assert "fine" in called("doctor", "--data-dir", str(sent["one file"])).stdout


def damaged(kind: str, sent: dict[str, Path], place: Path) -> Path:
    """Return a copy that is damaged in one way."""
    one, folder = place / "hub.duckdb", place / "export"
    shutil.copy(sent["one file"], one)
    shutil.copytree(sent["folder"], folder)
    content = bytearray(one.read_bytes())
    models = folder / "models.parquet"
    if kind == "cut short":
        one.write_bytes(content[: len(content) // 3])
    elif kind == "bits flipped":
        for at in range(20_000, len(content), 4096):
            content[at] ^= 0xFF
        one.write_bytes(content)
    elif kind == "a column is missing":
        with duckdb.connect(str(one)) as opened:
            opened.execute("drop view latest; create view latest as select 1 as model_key")
    elif kind == "no copy at all":
        one.write_text("family,share\nQwen,1\n")
    elif kind == "another database":
        one.unlink()
        with duckdb.connect(str(one)) as opened:
            opened.execute("create table models as select 1 as model_key")
    elif kind == "a table is missing":
        models.unlink()
        return folder
    elif kind == "a night is missing":
        next(folder.glob("snapshots/*/*.parquet")).unlink()
        return folder
    elif kind == "a table is cut short":
        models.write_bytes(models.read_bytes()[:-9])
        return folder
    elif kind == "a table of before":
        duckdb.connect().execute(
            f"copy (select * exclude (own_line) from '{models}') to '{models}.new' (format parquet)"
        )
        Path(f"{models}.new").replace(models)
        return folder
    return one


DAMAGE = {
    "cut short": "the file is damaged",
    "bits flipped": "the file is damaged",
    "a column is missing": "was exported by another version of the tracker: it has no latest.",
    "no copy at all": "is no copy that can be asked",
    "another database": "is no copy that can be asked",
    "a table is missing": "lacks 1 of its ",
    "a night is missing": "the first is snapshots/snapshot_date=",
    "a table is cut short": "the file is damaged",
    "a table of before": "was exported by another version of the tracker: it has no models.own_line; export it again",
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_what_is_damaged_or_foreign_is_told(sent: dict[str, Path], tmp_path: Path, kind: str) -> None:
    place = damaged(kind, sent, tmp_path)
    done = called("share", "--data-dir", str(place))
    assert done.returncode == 1 and done.stdout == ""
    assert DAMAGE[kind] in done.stderr and place.name in done.stderr and done.stderr.count("\n") == 1
    with pytest.raises(StoreError):
        tracker.open(place)


def test_a_file_of_before_models_were_described_apart_answers_alike(
    copy: tracker.Copy, sent: dict[str, Path], tmp_path: Path
) -> None:
    before = shutil.copy(sent["one file"], tmp_path / "before.duckdb")
    with duckdb.connect(str(before)) as connection:
        views = "select sql from duckdb_views() where not internal and view_name in ('lineage', 'nearest', 'snapshots')"
        for (statement,) in connection.execute(views).fetchall():
            assert "described_models" in statement
            earlier = statement.replace("described_models", "models").replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
            connection.execute(earlier)
        connection.execute("drop view described_models")
    with tracker.open(Path(before)) as opened:
        for name in ("erin/merge", "Qwen/Qwen3-8B"):
            assert opened.lineage(name).as_json() == copy.lineage(name).as_json()


def test_a_page_that_is_damaged_is_no_mistake_of_who_asked(sent: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "export"
    shutil.copytree(sent["folder"], folder)
    content = bytearray((folder / "lineage.parquet").read_bytes())
    content[4:200] = bytes(196)
    (folder / "lineage.parquet").write_bytes(content)
    done = called("sql", "select sum(root_key), max(model_id) from lineage_rows", "--data-dir", str(folder))
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr


def test_a_name_of_nothing_is_told(tmp_path: Path) -> None:
    done = called("share", "--data-dir", str(tmp_path / "hub.duckdb"))
    assert done.returncode == 1 and "there is no such file or folder" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_places_with_odd_names_are_found(copy: tracker.Copy, sent: dict[str, Path], tmp_path: Path) -> None:
    odd = tmp_path / "it's a=b [x]* 漢"
    odd.mkdir()
    shutil.copy(sent["one file"], odd / "hub.duckdb")
    shutil.copytree(sent["folder"], odd / "export")
    (odd / "link").symlink_to("hub.duckdb")
    counted = copy.sql("select count(*) as n from snapshots").frame
    for name in ("hub.duckdb", "export", "link"):
        with tracker.open(odd / name) as other:
            assert other.sql("select count(*) as n from snapshots").frame.equals(counted)
