"""The store on generated histories: what a night costs, what the record weighs, how fast questions are answered.

    python -m tests.bench.bench_store month|small|year|large [SCALE]

    month   3.5 million models, 31 nights, the last of which closes a month
    small   3.5 million models, 3 nights, in a memory_limit that is less than they would take
    year    0.35 million models, 365 nights, beside 12 nights of the same size
    large   10 million models, 4 nights

Nights that only make up the history are loaded and not resolved or published (those of the month are
backfilled); the first night after them works off what they left and is told apart.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

import polars as pl

from tests.bench import as_of
from tests.bench.figure import Figure, table
from tests.bench.histories import MEMORY_LIMIT, History, Laps, make, restate
from tracker import store
from tracker.settings import Settings
from tracker.sql import connect

REPEATS = 5


MONTH = History(3_500_000, 31, 6, date(2026, 12, 1), backfilled=True)  # one month and the night after it
SMALL = History(3_500_000, 3, 2, date(2026, 11, 22), beforehand=True, memory_limit="2GB")
YEAR = History(350_000, 365, 6, date(2026, 11, 22))
SHORT = History(350_000, 12, 6, date(2026, 11, 22))  # nights 8 to 12 have the 10th in their middle
LARGE = History(10_000_000, 4, 2, date(2026, 11, 22), beforehand=True)


def figures(scale: float, which: str) -> list[Figure]:
    """Return the figures of one history; `scale` shrinks the number of models, not of nights."""
    return {"month": _month, "small": _small, "year": _year, "large": _large}[which](scale)


def _month(scale: float) -> list[Figure]:
    history = _scaled(MONTH, scale)
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        data_dir = Path(folder)
        made = make(data_dir, history)
        usual, closing = _medians(made.laps[2:-1]), made.laps[-1]
        close_month(data_dir)
        weights = record_figures(data_dir)
        asked = question_figures(data_dir)
        new = new_megabytes(data_dir)
    written = median(made.written[2:-1])
    return [
        *_night(history, usual, made.peak_megabytes),
        Figure(
            "written by a night, over what is new in it",
            written / new,
            "times",
            alternative=f"{written:.0f} MB, {new:.1f} MB",
        ),
        Figure("the night that closes a month, beside a usual one", closing["total"] - usual["total"], "s", 30),
        *_record(weights),
        *_questions(asked),
    ]


def _year(scale: float) -> list[Figure]:
    history, short = _scaled(YEAR, scale), _scaled(SHORT, scale)
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        data_dir = Path(folder)
        long = make(data_dir, history)
        beginning = make(data_dir / "short", short)
        weights = record_figures(data_dir)
        restated = restate(data_dir)  # until then a night's rollup follows the lineage that was known when it was built
        asked = question_figures(data_dir)
        past = as_of.figures(data_dir)
    last, tenth = _medians(long.laps[1:]), _medians(beginning.laps[1:])
    growth = last["total"] / tenth["total"]
    others = ("as_of", "movers", "older_movers", "monthly_share", "family_trend_from_record")
    return [
        Figure(
            f"{history.size}: the last night over the 10th",
            growth,
            "",
            1.3,
            alternative=f"medians of 5 nights, {last['total']:.1f} s and {tenth['total']:.1f} s",
            ratio=growth,
        ),
        *_stages(last),
        Figure("resolve and publish a year of nights that were only loaded", long.laps[0]["total"], "s"),
        Figure("restate a year after a registry change, and publish", restated["total"], "s"),
        Figure("peak memory", long.peak_megabytes, "MB"),
        *_record(weights, held=False),
        Figure("one model's year", asked["one_model"], "s", 0.3),
        *(Figure(QUESTION_NAMES[name], asked[name], "s", QUESTION_BARS[name]) for name in FLOW),
        Figure(
            "family trend of a year, from rollups",
            asked["family_trend"],
            "s",
            0.05,
            alternative=f"from the record: {asked['family_trend_from_record']:.1f} s",
            ratio=asked["family_trend"] / asked["family_trend_from_record"],
        ),
        Figure(
            "family trend, record over rollups",
            asked["family_trend_from_record"] / asked["family_trend"],
            "times",
            100,
            at_least=True,
        ),
        Figure("family trend, largest relative difference of the two", asked["trend_difference"], "", 1e-9),
        *(Figure(QUESTION_NAMES[name], asked[name], "s") for name in others),
        *past,
    ]


def _small(scale: float) -> list[Figure]:
    history = _scaled(SMALL, scale)
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        made = make(Path(folder), history)
    return [
        *_night(history, made.laps[-1], made.peak_megabytes, held=False),
        Figure("written by a night, what was spilled included", made.written[-1], "MB"),
    ]


def _large(scale: float) -> list[Figure]:
    history = _scaled(LARGE, scale)
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        data_dir = Path(folder)
        made = make(data_dir, history)
        weights = record_figures(data_dir)
        asked = question_figures(data_dir)
    return [
        *_night(history, made.laps[-1], made.peak_megabytes, held=False),
        *_record(weights, held=False),
        *_questions(asked, held=False),
    ]


def _scaled(history: History, scale: float) -> History:
    return replace(history, models=int(history.models * scale))


def _night(history: History, laps: Laps, peak_megabytes: float, held: bool = True) -> list[Figure]:
    return [
        Figure(f"{history.size}: a whole night after the fetch", laps["total"], "s", 60 if held else None),
        *_stages(laps),
        Figure(
            "peak memory",
            peak_megabytes,
            "MB",
            8000 if held else None,
            alternative=f"memory_limit {history.memory_limit}",
        ),
    ]


def _stages(laps: Laps) -> list[Figure]:
    return [Figure(f"of it {name}", seconds, "s") for name, seconds in laps.items() if name != "total"]


def _record(weights: dict[str, float], held: bool = True) -> list[Figure]:
    """Return what a model and night weigh; the bars are for the 3.5 million of the real Hub."""
    naive = weights["naive"]
    closed = weights.get("closed_month")
    return [
        Figure(
            "record, a model and night",
            weights["nightly"],
            "bytes",
            2.2 if held else None,
            alternative=f"a duckdb table in key order: {naive:.2f}",
            ratio=weights["nightly"] / naive,
        ),
        Figure("record over a plain table", weights["nightly"] / naive, "", 0.45 if held else None),
        *([Figure("closed month, a model and night", closed, "bytes", 1.3 if held else None)] if closed else []),
        Figure("published copy", weights["published_megabytes"], "MB"),
        Figure("work.duckdb", weights["work_megabytes"], "MB"),
    ]


QUESTION_NAMES = {
    "as_of": "state as of a date",
    "as_of_with_names": "state as of a date, with every model's name",
    "movers": "top movers of 30 nights or fewer, with names",
    "older_movers": "top movers up to an older night, with names",
    "one_model": "one model's history",
    "monthly_share": "monthly share of derivatives by family",
    "model_flow": "one model's flow, with its flags",
    "model_settled": "one model's flow, settled",
    "family_settled": "settled flow of a family",
    "family_trend": "family trend, from rollups",
    "family_trend_from_record": "family trend, from the record",
}
FLOW = ("model_flow", "model_settled", "family_settled")
QUESTION_BARS = {
    "as_of": 0.1,
    "movers": 0.6,
    "older_movers": 0.6,
    "one_model": 0.3,
    "model_flow": 0.1,
    "model_settled": 0.1,
    "family_settled": 0.1,
    "monthly_share": 0.6,
    "family_trend": 0.05,
}


def _questions(asked: dict[str, float], held: bool = True) -> list[Figure]:
    return [
        Figure(words, asked[name], "s", QUESTION_BARS.get(name) if held else None)
        for name, words in QUESTION_NAMES.items()
    ]


def _medians(laps: list[Laps]) -> Laps:
    return {name: median(lap[name] for lap in laps) for name in laps[0]}


def record_figures(data_dir: Path) -> dict[str, float]:
    """Return bytes per model and night of the record, and of a plain table of the same rows in key order."""
    with store.open_published(data_dir) as published:
        weights = published.query(
            "select month is not null as closed, sum(bytes)::double / sum(models) as bytes from record_files group by 1"
        )
        newest = published.query("select max(snapshot_date) as d from nights").item()
    by_kind = {("closed_month" if closed else "nightly"): weight for closed, weight in weights.rows()}
    return {
        **by_kind,
        "naive": naive_bytes(data_dir, newest),
        "published_megabytes": (data_dir / "tracker.duckdb").resolve().stat().st_size / 1e6,
        "work_megabytes": (data_dir / "work.duckdb").stat().st_size / 1e6,
    }


def close_month(data_dir: Path) -> None:
    """Publish until the month that has ended is there once more, by model: each publish writes a file of it."""
    settings = Settings(data_dir=data_dir, memory_limit=MEMORY_LIMIT, threads=2)
    shown = "select count(*) as files from record_files where month is not null"
    while True:
        with store.open_published(data_dir) as published:
            if published.query(shown).item():
                return
        with store.open_work(settings) as work:
            work.publish()


def new_megabytes(data_dir: Path) -> float:
    """Return what the newest night says anew, as Parquet with zstd: counters that moved, and models described anew."""
    connection = connect.instance(MEMORY_LIMIT)
    connect.attach(connection, data_dir / "work.duckdb", "work", read_only=True)
    newest = "from nights where is_preferred order by snapshot_date desc limit 2"
    (tonight, described), (before, _) = connect.rows(connection, f"select file, described_bytes {newest}")
    counters = "model_key, downloads_30d, downloads_all_time, likes"
    path = data_dir / "new.parquet"
    connection.execute(
        f"copy (select {counters} from '{data_dir / tonight}' except select {counters} from '{data_dir / before}'"
        f" order by model_key) to '{path}' (format parquet, parquet_version v2, compression zstd, compression_level 3,"
        " dictionary_size_limit 1)"
    )
    connection.close()
    size = path.stat().st_size
    path.unlink()
    return float(size + described) / 1e6


def naive_bytes(data_dir: Path, day: date) -> float:
    """Return bytes a row of one night as a DuckDB table ordered by key."""
    connection = connect.instance(MEMORY_LIMIT)
    path = data_dir / "naive.duckdb"
    connect.attach(connection, path, "naive")
    night = f"read_parquet('{data_dir}/snapshots/snapshot_date={day}/*.parquet', hive_partitioning = true)"
    columns = "snapshot_date, model_key, downloads_30d, downloads_all_time, likes"
    connection.execute(f"create table snapshots as select {columns} from {night} order by model_key")
    connection.execute("checkpoint naive")
    count = connect.value(connection, "select count(*) from snapshots")
    connection.execute("use memory")
    connection.execute("detach naive")
    connection.close()
    size = path.stat().st_size
    path.unlink()
    return size / float(count)


QUESTIONS = {
    "as_of": "select count(*), sum(downloads_30d) from counters_as_of($middle)",
    "as_of_with_names": "select max(model_id), sum(downloads_30d) from models_as_of($middle)",
    "movers": "select model_id, downloads_30d_change from movers($before, $last) order by 2 desc, 1 limit 20",
    "older_movers": "select model_id, downloads_30d_change from movers($before, $older) order by 2 desc, 1 limit 20",
    "one_model": "select snapshot_date, downloads_30d from model_history($model)",
    "model_flow": "select * from downloads_of([$model]) order by snapshot_date",
    "model_settled": "select label, sum(downloads_credit) from daily_flow_of([$model]) group by all order by all",
    "family_settled": """
        select label, sum(downloads_credit), sum(spread_credit), sum(left_out_credit) from daily_flow
        where family = 'Qwen' and scope = 'full' group by all order by all
    """,
    "monthly_share": """
        select created_month, family, sum(weight) from lineage where status <> 'root' group by all order by all
    """,
    "family_trend": "select snapshot_date, family, downloads_30d from downloads_by_family order by all",
    "family_trend_from_record": """
        select c.snapshot_date, l.family, sum(l.weight * c.downloads_30d) as downloads_30d
        from history as c join lineage as l on l.model_key = c.model_key
        group by all order by all
    """,
}


def question_figures(data_dir: Path) -> dict[str, float]:
    """Return the median seconds of each question on a sealed connection, and how far trend and record differ."""
    with store.open_published(data_dir, memory_limit=MEMORY_LIMIT, timeout_seconds=600) as published:
        days = published.query("select snapshot_date from nights order by 1")["snapshot_date"].to_list()
        parameters = {
            "middle": days[len(days) // 2],
            "before": days[max(0, len(days) - 31)],
            "last": days[-1],
            "older": days[-2],
            "model": published.query("select model_id from latest order by downloads_30d desc limit 1").item(),
        }
        seconds = {}
        for name, sql in QUESTIONS.items():
            used = {key: each for key, each in parameters.items() if f"${key}" in sql}
            repeats = 1 if name == "family_trend_from_record" else REPEATS
            seconds[name] = median(timed(lambda: published.query(sql, used)) for _ in range(repeats))  # noqa: B023
        rollup, record = (published.query(QUESTIONS[name]) for name in ("family_trend", "family_trend_from_record"))
    off = rollup.join(record, on=["snapshot_date", "family"], how="full").select(
        ((pl.col("downloads_30d") - pl.col("downloads_30d_right")).abs() / pl.col("downloads_30d").clip(1)).max()
    )
    assert len(rollup) == len(record), (len(rollup), len(record))
    return {**seconds, "trend_difference": off.item()}


def timed(do: Callable[[], object]) -> float:
    """Return how many seconds something takes."""
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


if __name__ == "__main__":
    match sys.argv[1:]:
        case [which, *scale]:
            print(table(figures(float(scale[0]) if scale else 1.0, which)))
        case _:
            sys.exit(__doc__)
