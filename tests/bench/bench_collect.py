"""The collector against a bare loop that fetches the same pages and throws them away.

    python -m tests.bench.bench_collect [MODELS]

Both run in processes of their own, one after the other, against one loopback Hub without a quota. CPU is
the process's own (the Hub's is not in it), the ratio is of wall time. The second part walks under a
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

from tracker.demo import hub_process

DAY = date(2026, 11, 22)
QUOTA, WINDOWS, SCALE = 500, 3, 20.0  # a window of 300 s passes in 15


def run(models: int) -> dict[str, Any]:
    """Return the figures of one size."""
    with hub_process(plain=models, tier_quota=0) as hub, tempfile.TemporaryDirectory() as folder:
        _child("bare", hub.endpoint, folder)  # warms the Hub
        bare = _child("bare", hub.endpoint, folder)
        whole = _child("collect", hub.endpoint, folder)
    assert bare["models"] == whole["models"] == models, (bare, whole)
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
        **_quota(),
    }


def _quota() -> dict[str, Any]:
    """Return how much of each whole window was used by a walk over several, and how many 429s there were."""
    from tests.sources.walks import FastClock, settings_for
    from tracker.scope import Scope
    from tracker.sources.hub_models import collect

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
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _measured(work: Any) -> dict[str, Any]:
    import huggingface_hub.utils  # noqa: F401  what a program imports once is not what a model costs

    import tracker.sources.hub_models  # noqa: F401

    began, cpu = time.perf_counter(), _cpu()
    figures = work()
    seconds, cpu = time.perf_counter() - began, _cpu() - cpu
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**figures, "seconds": seconds, "cpu": cpu, "megabytes": megabytes}


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _bare(endpoint: str) -> dict[str, Any]:
    """Fetch all pages with the client's own request, look at nothing, keep nothing."""
    from huggingface_hub.utils import build_hf_headers, http_backoff

    from tracker.scope import Scope
    from tracker.sources.hub_models import EXPAND, PAGE_SIZE
    from tracker.sources.links import first_url

    url, models, headers = first_url(endpoint, Scope("full"), EXPAND, PAGE_SIZE), 0, build_hf_headers()
    while url:
        response = http_backoff("GET", url, headers=headers)
        models += response.content.count(b'"createdAt":')
        url = response.links.get("next", {}).get("url", "")
    return {"models": models}


def _collect(endpoint: str, folder: str) -> dict[str, Any]:
    from tracker.scope import Scope
    from tracker.settings import Settings
    from tracker.sources.hub_models import collect

    settings = Settings(data_dir=Path(folder), endpoint=endpoint)
    manifest = collect(settings, scope=Scope("full"), snapshot_date=DAY, resume=False).manifest
    return {
        "models": manifest.models,
        "bytes_raw": manifest.bytes_raw,
        "bytes_parquet": manifest.bytes_parquet,
    }


def main(arguments: list[str]) -> None:
    match arguments:
        case ["bare", endpoint, _]:
            print(json.dumps(_measured(lambda: _bare(endpoint))))
        case ["collect", endpoint, folder]:
            print(json.dumps(_measured(lambda: _collect(endpoint, folder))))
        case _:
            models = int(arguments[0]) if arguments else 50_000
            for name, value in run(models).items():
                print(f"{name:24} {value:,.3f}" if isinstance(value, float) else f"{name:24} {value:,}")


if __name__ == "__main__":
    main(sys.argv[1:])
