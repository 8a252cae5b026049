"""The loopback Hub of a year, in a process of its own: `python -m tests.year.served SEED NIGHTS`."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from tests.year.calendar import Year, year
from tracker.demo.hub.hub import Hub
from tracker.demo.hub.process import HubProcess
from tracker.demo.hub.server import Server
from tracker.demo.hub.virtual_clock import Clock, poll_time
from tracker.demo.listing.ratelimit import Limiter
from tracker.demo.routes import all_routes

PAGE = 300  # models: a walk has several pages to be killed between


class YearEcosystem:
    """The models of a year as list items."""

    synthetic = True

    def __init__(self, made: Year) -> None:
        self._world = made.world
        self.nights: Sequence[date] = [made.world.day(night) for night in range(made.world.nights)]

    def lines(self, night: date) -> Iterator[bytes]:
        """Yield the items of a night."""
        at = (night - self.nights[0]).days
        for model, listed in enumerate(self._world.listed[at].tolist()):
            if listed:
                yield json.dumps(self._item(model, at), separators=(",", ":")).encode()

    def renames(self, night: date) -> Mapping[str, str]:
        """Return old name -> present name."""
        at = (night - self.nights[0]).days
        return {self._world.names[model]: name for model, (since, name) in self._world.renamed.items() if since <= at}

    def _item(self, model: int, at: int) -> dict[str, object]:
        world, root = self._world, self._world.roots[model]
        created = world.created[model].strftime("%Y-%m-%dT%H:%M:%S.000Z")
        item: dict[str, object] = {
            "_id": world.hub_id(model), "id": world.name(model, at), "createdAt": created, "lastModified": created,
            "downloads": int(world.month[at, model]), "downloadsAllTime": int(world.ever[at, model]),
            "likes": int(world.rate[model]) % 500, "gated": False, "private": False, "disabled": False,
            "tags": [world.libraries[model]], "library_name": world.libraries[model], "trendingScore": 0,
        }  # fmt: skip
        if root != model:
            parent = {"_id": world.hub_id(root), "id": world.names[root]}
            item["baseModels"] = {"relation": "finetune", "models": [parent]}
            item["tags"] = [world.libraries[model], f"base_model:finetune:{world.names[root]}"]
        return item


@contextmanager
def served(seed: int, nights: int) -> Iterator[HubProcess]:
    """Start the Hub of a year and stop it at the end."""
    command = [sys.executable, "-m", "tests.year.served", str(seed), str(nights)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        ready = json.loads(process.stdout.readline())
        yield HubProcess(process, ready["endpoint"], [date.fromisoformat(each) for each in ready["nights"]], None)
        process.stdin.close()


async def _serve(server: Server, nights: Sequence[date]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, stop.set)  # nothing is ever written to it: this is its end

    def ready(endpoint: str) -> None:
        print(json.dumps({"endpoint": endpoint, "nights": [night.isoformat() for night in nights]}), flush=True)

    await server.serve(0, ready, stop)


def main(seed: str, nights: str) -> None:
    ecosystem = YearEcosystem(year(int(seed), int(nights)))
    hub = Hub(
        ecosystem=ecosystem,
        clock=Clock(poll_time(ecosystem.nights[0]), time.monotonic),
        limiter=Limiter(0, 300),
        tokens={},
        routes=all_routes(),
        page_limit=PAGE,
    )
    asyncio.run(_serve(Server(hub), ecosystem.nights))


if __name__ == "__main__":
    main(*sys.argv[1:])
