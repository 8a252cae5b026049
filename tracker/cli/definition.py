"""The rule that a question follows: `--definition NAME`, `--set CHOICE=VALUE`, and the list of what can be set.

Every choice is an option of its own as well, which no help shows: scripts and served answers go by those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from tracker.errors import SettingsError, nearest
from tracker.words import CHOICES, HUB_RELATIONS

Command = TypeVar("Command", bound=Callable[..., Any])

# a choice of a definition -> what its values mean
MEANINGS: Mapping[str, str] = {
    "universe": "Which models are looked at: all, language models, GGUF files, those of a task or of a library.",
    "edge": "What a model is credited to: the roots of its paths, the nearest registered line on them, its declared "
    "parents, itself, or families named in its name.",
    "relations": "Which declared relations count; several with a space between them.",
    "credit": "A merge counts in parts that sum to 1, once for each of its bases, or for its first base.",
    "mirrors": "Re-uploads count as whose weights they are, or as bases of their own.",
    "two_origin": "Distills count for the model whose weights they are, or for their teacher.",
    "inferred": "Whether parents count that are known from names and architectures alone.",
    "own_organization": "Whether derivatives count that the base's own organization made.",
    "removed": "Whether models count that were removed since: with all others, not at all, or they alone.",
    "min_downloads": "Only models count that have at least so many downloads.",
    "counter": "The downloads that min_downloads goes by.",
    "denominator": "Out of what: all derivatives, those traced to a reviewed base, those of the listed groups, or all "
    "models.",
    "listed": "The groups of denominator=listed, with commas between them.",
    "time_axis": "Months of creation, months of first sight, or the stock of the last day.",
    "counts": "What is counted: models that have a parent, or all models.",
}
_OPEN = {
    "universe": "all|llm|gguf|pipeline:NAME|library:NAME",
    "relations": f"all|{' '.join(HUB_RELATIONS)}",
    "min_downloads": "N",
    "listed": "GROUP,GROUP",
}
_NOT_ALONE = ("inferred", "counts")  # without an option of their own: `--include inferred` is that of the first


def definition_options(command: Command) -> Command:
    """Add `--definition --set --help-definition --of-all --list`; `chosen` reads what the command gets of them."""
    include = "Also count lineage that is known by inference only."
    added: Any = click.option("--include", type=click.Choice(["inferred"]), hidden=True, help=include)(command)
    for option in reversed(_OPTIONS):
        added = option(added)
    for name in MEANINGS:
        if name not in _NOT_ALONE:
            kind = click.Choice(CHOICES[name]) if name in CHOICES else None
            added = click.option(f"--{name.replace('_', '-')}", name, type=kind, hidden=True)(added)
    return added  # type: ignore[no-any-return]


def chosen(*, changes: Sequence[str], **choices: Any) -> dict[str, Any]:
    """Return a definition with its choices, each by its name, from what the options of one were given."""
    return choices | _read(changes, choices)


def _read(changes: Sequence[str], given: Mapping[str, Any]) -> dict[str, str]:
    """Return the choices of `--set`; one that is given twice, or by its own option as well, must agree."""
    found: dict[str, str] = {}
    for text in changes:
        name, separator, value = (part.strip() for part in text.partition("="))
        name = name.replace("-", "_").lower()
        if not separator or name not in MEANINGS:
            close = nearest(name, MEANINGS)
            hint = f"did you mean {' or '.join(close)}? " if close and name not in MEANINGS else ""
            raise SettingsError(f"--set {text}: {hint}Write CHOICE=VALUE; --help-definition lists the choices")
        before = found.get(name, given.get(name))
        if before not in (None, value):
            raise SettingsError(f"{name} is given twice, as {before} and as {value}")
        found[name] = value
    return found


def _explain(ctx: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if not is_asked:
        return
    from tracker.api import Definition

    usual = Definition("default", 1, "")
    formatter = ctx.make_formatter()
    formatter.write_text("A definition fixes these choices. --set CHOICE=VALUE changes one, and may be repeated.")
    formatter.write_paragraph()
    formatter.write_dl(
        [(f"{name}={_values(name)}", f"{text}{_default(usual, name)}") for name, text in MEANINGS.items()], col_max=24
    )
    formatter.write_paragraph()
    formatter.write("Examples:\n")
    with formatter.indentation():
        for line in (
            "tracker share --set credit=full --set min_downloads=6",
            'tracker sql "select name, title from definitions"    every rule by its name',
        ):
            formatter.write(f"  {line}\n")
    click.echo(formatter.getvalue(), nl=False)
    ctx.exit()


_OPTIONS = (
    click.option("--definition", default="default", show_default=True, metavar="NAME", help="The rule to count by."),
    click.option(
        "--set", "changes", multiple=True, metavar="CHOICE=VALUE", help="Change a choice of the definition; repeatable."
    ),
    click.option(
        "--help-definition",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_explain,
        help="List the choices with their values, and what they mean.",
    ),
    click.option("--of-all", is_flag=True, help="Refuse (exit code 2) if the nights cover only a part of the Hub."),
    click.option(
        "--list",
        "list",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Models that the definition lists: one id a line, or a CSV with a column model_id.",
    ),
)


def _values(name: str) -> str:
    return _OPEN.get(name) or "|".join(CHOICES[name])


def _default(usual: Any, name: str) -> str:
    value = getattr(usual, name)
    return f"  [default: {value}]" if value != "" else ""
