"""The collector against a bare loop that fetches the same pages and throws them away.

    python -m tests.bench.bench_collect [MODELS]

Both run in processes of their own, one after the other, against one loopback Hub without a quota: the bare loop
before and after the collector, so that a machine that gets busier or quieter meanwhile does not favour either.
CPU is the process's own (the Hub's is not in it), the ratio is of wall time. The landed pages
are then parsed once more by themselves, against rows inserted one by one. The last part walks under a
quota of 500 requests per 300 seconds, on a clock that runs faster.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.bench.figure import Figure
from tracker.demo import hub_process

DAY = date(2026, 11, 22)
QUOTA, WINDOWS, SCALE = 500, 3, 20.0  # a window of 300 s passes in 15


INSERTED = 5_000  # rows by executemany: enough to know its rate


def figures(scale: float = 1.0) -> list[Figure]:
    """Return the figures of 3.5 million models, beside the memory of a tenth of them, and of a walk under a quota."""
    small, large, quota = walk(int(350_000 * scale)), walk(int(3_500_000 * scale)), quota_figures()
    size = f"{large['models'] / 1e6:g} M models"
    return [
        Figure(
            f"collect {size} over a bare loop",
            large["seconds_ratio"],
            "",
            1.5,
            alternative=f"bare loop {large['bare_seconds']:.0f} s, collect {large['collect_seconds']:.0f} s",
            ratio=large["seconds_ratio"],
        ),
        Figure(
            "CPU a model above the bare loop",
            large["cpu_microseconds_above"],
            "µs",
            15,
            alternative=f"bare loop {large['bare_cpu_microseconds']:.1f} µs",
        ),
        Figure("collect, peak memory", large["peak_megabytes"], "MB", 600),
        Figure(
            "peak memory over that of a tenth of the models",
            large["peak_megabytes"] / small["peak_megabytes"],
            "",
            1.2,
            alternative=f"{small['peak_megabytes']:.0f} MB",
            ratio=large["peak_megabytes"] / small["peak_megabytes"],
        ),
        Figure("landed pages, a model", large["bytes_raw"], "bytes"),
        Figure("landed Parquet, a model", large["bytes_parquet"], "bytes"),
        Figure("ingest of staged pages", large["parsed_a_second"], "models/s", 100_000, at_least=True),
        Figure(
            "ingest over executemany",
            large["parsed_a_second"] / large["inserted_a_second"],
            "times",
            80,
            at_least=True,
            alternative=f"json and executemany: {large['inserted_a_second']:,.0f} models/s",
        ),
        Figure("ingest, peak memory", large["parse_megabytes"], "MB", 1000),
        Figure("quota used, the least of whole windows", quota["quota_used"], "", 0.95, at_least=True),
        Figure("429s provoked under the quota", quota["rate_limited"], "", 0),
    ]


def run(models: int) -> dict[str, Any]:
    """Return the figures of one size, and of a walk under a quota."""
    return {**walk(models), **quota_figures()}


def walk(models: int) -> dict[str, Any]:
    """Return the figures of one size."""
    with hub_process(plain=models, tier_quota=0) as hub, tempfile.TemporaryDirectory() as folder:
        _child("bare", hub.endpoint, folder)  # warms the Hub
        before = _child("bare", hub.endpoint, folder)
        whole = _child("collect", hub.endpoint, folder)
        after = _child("bare", hub.endpoint, folder)
        parsed = _child("parse", hub.endpoint, folder)
        inserted = _child("insert", hub.endpoint, folder)
    assert before["models"] == after["models"] == whole["models"] == models, (before, whole, after)
    bare = {name: (before[name] + after[name]) / 2 for name in ("seconds", "cpu")}
    return {
        "models": models,
        "bare_seconds": bare["seconds"],
        "collect_seconds": whole["seconds"],
        "seconds_ratio": whole["seconds"] / bare["seconds"],
        "cpu_microseconds_above": (whole["cpu"] - bare["cpu"]) / models * 1e6,
        "bare_cpu_microseconds": bare["cpu"] / models * 1e6,
        "peak_megabytes": whole["megabytes"],
        "bytes_raw": whole["bytes_raw"] / models,
        "bytes_parquet": whole["bytes_parquet"] / models,
        "parsed_a_second": models / parsed["seconds"],
        "parse_megabytes": parsed["megabytes"],
        "inserted_a_second": inserted["models"] / inserted["seconds"],
    }


def quota_figures() -> dict[str, Any]:
    """Return how much of each whole window was used by a walk over several, and how many 429s there were."""
    from tests.sources.walks import FastClock, settings_for
    from tracker.scope import Scope
    from tracker.sources.hub_models.walk import collect

    pages = int(QUOTA * (WINDOWS + 0.5))
    with (
        hub_process(plain=pages * 10, tier_quota=QUOTA, scale=SCALE) as hub,
        tempfile.TemporaryDirectory() as folder,
    ):
        settings = settings_for(Path(folder), hub.endpoint)
        run = collect(settings, scope=Scope("full"), snapshot_date=DAY, page_size=10, clock=FastClock(SCALE))
        moments = [datetime.fromisoformat(entry.virtual_time).timestamp() for entry in hub.requests()]
        refused = sum(entry.status == 429 for entry in hub.requests())
    windows = Counter(int(moment // 300) for moment in moments)
    used = [count for _, count in sorted(windows.items())][:-1]  # the last one ends with the walk
    assert run.manifest.pages == pages
    return {"quota_used": min(used) / QUOTA, "rate_limited": refused}


def _child(what: str, endpoint: str, folder: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.bench_collect", what, endpoint, folder]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _measured(work: Any) -> dict[str, Any]:
    import huggingface_hub.utils  # noqa: F401  what a program imports once is not what a model costs

    import tracker.sources.hub_models.walk  # noqa: F401

    began, cpu = time.perf_counter(), _cpu()
    found = work()
    seconds, cpu = time.perf_counter() - began, _cpu() - cpu
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**found, "seconds": seconds, "cpu": cpu, "megabytes": megabytes}


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _bare(endpoint: str) -> dict[str, Any]:
    """Fetch all pages with the client's own request, look at nothing, keep nothing."""
    from huggingface_hub.utils import build_hf_headers, http_backoff

    from tracker.scope import Scope
    from tracker.sources.hub_models.links import first_url
    from tracker.sources.hub_models.walk import EXPAND, PAGE_SIZE

    url, models, headers = first_url(endpoint, Scope("full"), EXPAND, PAGE_SIZE), 0, build_hf_headers()
    while url:
        response = http_backoff("GET", url, headers=headers)
        models += response.content.count(b'"createdAt":')
        url = response.links.get("next", {}).get("url", "")
    return {"models": models}


def _collect(endpoint: str, folder: str) -> dict[str, Any]:
    from tracker.scope import Scope
    from tracker.settings import Settings
    from tracker.sources.hub_models.walk import collect

    settings = Settings(data_dir=Path(folder), endpoint=endpoint)
    manifest = collect(settings, scope=Scope("full"), snapshot_date=DAY, resume=False).manifest
    return {
        "models": manifest.models,
        "bytes_raw": manifest.bytes_raw,
        "bytes_parquet": manifest.bytes_parquet,
    }


def _parse(folder: str) -> dict[str, Any]:
    from tests.landing.landed_pages import parse_pages
    from tracker import landing

    run = landing.runs(Path(folder))[-1]
    return {"models": parse_pages(run.folder, snapshot_date=DAY).models}


def _insert(folder: str) -> dict[str, Any]:
    """Insert records one by one, as one would begin: json.loads and executemany."""
    import gzip

    import duckdb

    from tracker import landing

    connection = duckdb.connect(str(Path(folder) / "rows.duckdb"))
    connection.execute(
        "create table rows (hub_id varchar, model_id varchar, created_at timestamptz, last_modified "
        "timestamptz, downloads bigint, all_time bigint, likes bigint, task varchar, tags varchar[])"
    )
    count = 0
    for page in sorted((landing.runs(Path(folder))[-1].folder / "pages").glob("*.json.gz")):
        records = json.loads(gzip.decompress(page.read_bytes()))
        connection.executemany(
            f"insert into rows values ({', '.join('?' * len(_FIELDS))})",
            [[record.get(name) for name in _FIELDS] for record in records],
        )
        count += len(records)
        if count >= INSERTED:
            break
    return {"models": count}


_FIELDS = ("_id", "id", "createdAt", "lastModified", "downloads", "downloadsAllTime", "likes", "pipeline_tag", "tags")


def main(arguments: list[str]) -> None:
    match arguments:
        case ["bare", endpoint, _]:
            print(json.dumps(_measured(lambda: _bare(endpoint))))
        case ["collect", endpoint, folder]:
            print(json.dumps(_measured(lambda: _collect(endpoint, folder))))
        case ["parse", _, folder]:
            print(json.dumps(_measured(lambda: _parse(folder))))
        case ["insert", _, folder]:
            print(json.dumps(_measured(lambda: _insert(folder))))
        case _:
            models = int(arguments[0]) if arguments else 50_000
            for name, value in run(models).items():
                print(f"{name:24} {value:,.3f}" if isinstance(value, float) else f"{name:24} {value:,}")


if __name__ == "__main__":
    main(sys.argv[1:])
