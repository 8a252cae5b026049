"""`python -m tracker.demo serve`: a loopback Hub in a process of its own."""

from __future__ import annotations

import asyncio
import atexit
import json
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click

from tracker import errors
from tracker.demo.ecosystem import Ecosystem
from tracker.demo.faults.spec import help_text, parse_all
from tracker.demo.hub.hub import Hub
from tracker.demo.hub.plain import PlainEcosystem
from tracker.demo.hub.replay import ReplayedEcosystem
from tracker.demo.hub.server import Server
from tracker.demo.hub.virtual_clock import Clock, poll_time
from tracker.demo.listing.ratelimit import QUOTAS, WINDOW_SECONDS, Limiter
from tracker.demo.listing.trees import DatasetTree
from tracker.demo.routes import all_routes
from tracker.errors import SettingsError


@click.group()
def main() -> None:
    """A faithful replica of the Hugging Face Hub's HTTP API, for the demo and the tests."""


@main.command()
@click.option("--port", default=0, show_default="any free one")
@click.option("--certificate", type=click.Path(path_type=Path, exists=True), help="PEM with a key: https.")
@click.option("--models", default=20_000, show_default=True, help="Size of the synthetic ecosystem.")
@click.option("--nights", default=30, show_default=True)
@click.option("--seed", default=1, show_default=True, help="Of the ecosystem and of the faults' dice.")
@click.option("--last-night", type=click.DateTime(["%Y-%m-%d"]), help="Default: the ecosystem's own.")
@click.option("--registry", type=click.Path(path_type=Path), help="Curated facts that it is built around.")
@click.option("--stress", is_flag=True, help="A synthetic ecosystem with more and larger merges.")
@click.option("--replay", type=click.Path(path_type=Path), help="Serve a folder of YYYY-MM-DD.jsonl[.gz] instead.")
@click.option("--plain", type=int, help="Serve so many plain models instead, for measuring.")
@click.option("--night", type=click.DateTime(["%Y-%m-%d"]), help="Where the clock starts.", show_default="the last one")
@click.option("--first", is_flag=True, help="The clock starts at the first night.")
@click.option("--scale", default=1.0, show_default=True, help="Virtual seconds in a real one.")
@click.option(
    "--tier-quota", type=int, help="API requests a window for every tier; 0: no limits.", show_default="by tier"
)
@click.option("--window", default=WINDOW_SECONDS, show_default=True, help="Virtual seconds of a quota window.")
@click.option("--token", "tokens", multiple=True, metavar="TOKEN=TIER", help=f"Accept a token: {', '.join(QUOTAS)}.")
@click.option("--read-only", "readers", multiple=True, metavar="TOKEN", help="One of them that may not write.")
@click.option("--dataset", "datasets", multiple=True, metavar="NAME=FOLDER", help="Serve FOLDER/YYYY-MM-DD/<files>.")
@click.option("--past", type=int, help="Serve archives of so many days before the first night, and the Arena's boards.")
@click.option("--other-origin", is_flag=True, help="Redirect files to localhost, as the Hub does to its storage.")
@click.option("--page-limit", default=1000, show_default=True, help="Models on a page at most.")
@click.option("--framing", type=click.Choice(["auto", "chunked", "length"]), default="auto", show_default=True)
@click.option("--fault", "faults", multiple=True, metavar="SPEC", help="Misbehave; `--fault help` lists how.")
@click.option("--with-parent", is_flag=True, help="End when standard input closes.")
def serve(**options: Any) -> None:
    """Serve until interrupted. Prints one line of JSON with the endpoint and the nights when it is ready.

    \b
    Example:
      python -m tracker.demo serve --nights 3 --fault F6:page=2,attempts=1
    """
    if "help" in options["faults"]:
        click.echo(help_text())
        return
    hub = _hub(options)
    server = Server(hub, options["certificate"], options["framing"])
    try:
        asyncio.run(_serve(server, options["port"], with_parent=options["with_parent"]))
    except OSError as error:
        click.echo(f"error: cannot serve on port {options['port']}: {error.strerror or error}", err=True)
        raise SystemExit(1) from error


def _hub(options: dict[str, Any]) -> Hub:
    ecosystem = _ecosystem(options)
    night = options["night"].date() if options["night"] else ecosystem.nights[0 if options["first"] else -1]
    if night not in ecosystem.nights:
        raise SettingsError(f"no night {night}; there are {ecosystem.nights[0]} to {ecosystem.nights[-1]}")
    hub = Hub(
        ecosystem=ecosystem,
        clock=Clock(poll_time(night), time.monotonic, options["scale"]),
        limiter=Limiter(options["tier_quota"], options["window"]),
        tokens=_tiers(options["tokens"]),
        routes=all_routes(),
        datasets=_datasets(options, ecosystem),
        readers=options["readers"],
        page_limit=options["page_limit"],
        other_origin=options["other_origin"],
    )
    if options["faults"]:
        hub.set_faults(parse_all(options["faults"], options["seed"]))
    return hub


def _ecosystem(options: dict[str, Any]) -> Ecosystem:
    last_night = {"last_night": options["last_night"].date()} if options["last_night"] else {}
    if options["replay"]:
        return ReplayedEcosystem(options["replay"])
    if options["plain"]:
        return PlainEcosystem(options["plain"], **last_night)
    from tracker.demo.synthetic import SyntheticEcosystem

    made = {name: options[name] for name in ("models", "nights", "seed", "registry", "stress")}
    return SyntheticEcosystem(**made, **last_night)


def _datasets(options: dict[str, Any], ecosystem: Ecosystem) -> dict[str, DatasetTree]:
    """Return the data sets that were handed over, and the archives of the past, whose files go with this process."""
    given = {name: DatasetTree(name, Path(folder)) for name, folder in _pairs(options["datasets"])}
    if options["past"] is None:
        return given
    from tracker.demo.listing.archives import trees
    from tracker.demo.signals.arena import boards
    from tracker.demo.synthetic import SyntheticEcosystem
    from tracker.demo.synthetic.past import Past

    if not isinstance(ecosystem, SyntheticEcosystem):
        raise SettingsError("--past is about the synthetic ecosystem; leave --plain and --replay away")
    folder = Path(tempfile.mkdtemp(prefix="tracker-demo-past-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    past = trees(Past(ecosystem, options["past"]), folder) if options["past"] else {}
    return {**past, **boards(ecosystem.nights[-1], folder), **given}


def _tiers(tokens: tuple[str, ...]) -> dict[str, str]:
    tiers = dict(_pairs(tokens))
    for tier in tiers.values():
        if tier not in QUOTAS:
            raise SettingsError(f"no tier {tier!r}; there are {', '.join(QUOTAS)}")
    return tiers


def _pairs(texts: tuple[str, ...]) -> list[tuple[str, str]]:
    for text in texts:
        if "=" not in text:
            raise SettingsError(f"{text!r} is not NAME=VALUE")
    return [(text.partition("=")[0], text.partition("=")[2]) for text in texts]


async def _serve(server: Server, port: int, *, with_parent: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if with_parent:
        loop.add_reader(sys.stdin, stop.set)  # nothing is ever written to it: this is its end
    nights = [night.isoformat() for night in server.hub.ecosystem.nights]

    def ready(endpoint: str) -> None:
        click.echo(json.dumps({"endpoint": endpoint, "nights": nights}))

    await server.serve(port, ready, stop)


if __name__ == "__main__":
    sys.exit(errors.run(lambda: main(prog_name="python -m tracker.demo")))
