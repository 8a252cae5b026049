"""The long pages of the reference: every command's help, the library, each table, each definition, every setting."""

from __future__ import annotations

import inspect
import itertools
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from operator import itemgetter
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import duckdb

import tracker
from tests import planted
from tests.reference import as_table
from tracker import errors, settings
from tracker.api import curate, draw, operate, report, site
from tracker.cli import COMMANDS, cli
from tracker.registry import definitions
from tracker.registry.read import chosen
from tracker.settings import Settings

WIDTH = 100
FIRST = ("open", "Copy", "Answer", "Rows")  # what a reader needs first; then by name
COLUMNS = """
    select table_name, column_name, data_type, coalesce(comment, '')
    from duckdb_columns() where not internal and schema_name = 'main'
    order by table_name, column_index
"""
COMMENTS = """
    select table_name, comment from duckdb_tables() union all
    select view_name, comment from duckdb_views() where not internal
"""
MACROS = """
    select function_name || '(' || array_to_string(parameters, ', ') || ')', coalesce(comment, '')
    from duckdb_functions() where not internal and function_type in ('macro', 'table_macro') order by function_name
"""
QUOTED = re.compile(r"(?<=[:>] )'([^']+)'")  # annotations are text to whoever asks for a signature
REMARK = re.compile(r"^    (?P<name>\w+): [^#\n]+?(?:  # (?P<remark>.+))?$", re.MULTILINE)


def help_() -> str:
    """The help of every command, those of a group below it."""
    return "\n".join(
        f"## `{name}`\n\n```text\n{command.get_help(_context(name, command)).rstrip()}\n```\n"
        for top in sorted(COMMANDS)
        for name, command in _commands(f"tracker {top}", cli.get_command(click.Context(cli), top))
    )


def _commands(name: str, command: click.Command | None) -> Iterator[tuple[str, click.Command]]:
    assert command is not None, name
    yield name, command
    if isinstance(command, click.Group):
        for each in command.list_commands(click.Context(command)):
            yield from _commands(f"{name} {each}", command.get_command(click.Context(command), each))


def _context(name: str, command: click.Command) -> click.Context:
    shown: Mapping[str, Any] = {"terminal_width": WIDTH, "max_content_width": WIDTH}
    return click.Context(command, info_name=name, **{**cli.context_settings, **shown})


def library() -> str:
    """Everything public: what `import tracker` gives with its methods, then the stages and tools on a folder."""
    offered = sorted(tracker.__all__, key=lambda name: (*FIRST, name).index(name))
    parts = [_documented(f"tracker.{name}", getattr(tracker, name)) for name in offered]
    for module in (operate, curate, draw, report, site):
        parts.append(f"## `{module.__name__}`\n\n{inspect.getdoc(module)}\n")
        parts += [_documented(f"{module.__name__}.{name}", each, "###") for name, each in _functions(module)]
    return "\n".join(parts)


def _functions(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, each in vars(module).items():
        if inspect.isfunction(each) and each.__module__ == module.__name__ and not name.startswith("_"):
            yield name, each


def _documented(name: str, each: Any, level: str = "##") -> str:
    """Return a heading, the signature and the docstring; of a class also its public methods and properties."""
    text = f"{level} `{name}`\n\n{_signature(name, each)}{inspect.getdoc(each) or ''}\n"
    if not inspect.isclass(each) or issubclass(each, Exception):
        return text
    for own, member in vars(each).items():
        if own.startswith("_") or not (inspect.isfunction(member) or isinstance(member, property)):
            continue
        below = member.fget if isinstance(member, property) else member
        text += f"\n{level}# `{own}`\n\n"
        text += "" if isinstance(member, property) else _signature(own, below)
        text += f"{inspect.getdoc(below) or ''}\n"
    return text


def _signature(name: str, each: Any) -> str:
    if inspect.isclass(each):
        return ""
    head, signature = name.rpartition(".")[2], inspect.signature(each)
    signature = signature.replace(parameters=[own for own in signature.parameters.values() if own.name != "self"])
    shown = QUOTED.sub(r"\1", f"{head}{signature}")
    if len(shown) > WIDTH:
        words = QUOTED.sub(r"\1", str(signature.replace(return_annotation=signature.empty)))[1:-1]
        told = f" -> {signature.return_annotation}" if signature.return_annotation is not signature.empty else ""
        lines = textwrap.wrap(words, WIDTH - 4, break_long_words=False, break_on_hyphens=False)
        shown = "\n    ".join([f"{head}(", *lines]) + f"\n){told}"
    return f"```python\n{shown}\n```\n\n"


def tables() -> str:
    """Every table, view and macro of a published copy: what a row is, and its columns with types and meanings."""
    with duckdb.connect(str(planted.folder() / "tracker.duckdb"), read_only=True) as copy:
        columns = copy.execute(COLUMNS).fetchall()
        comments = dict(copy.execute(COMMENTS).fetchall())
        macros = copy.execute(MACROS).fetchall()
    text = "".join(
        f"## `{name}`\n\n{_sentence(comments[name])}"
        + as_table(("column", "type", "meaning"), [(f"`{each}`", kind, meaning) for _, each, kind, meaning in rows])
        + "\n"
        for name, rows in itertools.groupby(columns, key=itemgetter(0))
    )
    return text + "## Macros\n\n" + as_table(("call", "meaning"), [(f"`{call}`", meaning) for call, meaning in macros])


def _sentence(comment: str | None) -> str:
    return f"{comment[0].upper()}{comment[1:]}.\n\n" if comment else ""


def definitions_() -> str:
    """Every definition: title, choices that differ from the default's, what its author left open, its source."""
    return "\n".join(map(_definition, definitions.load(chosen(None)).values()))


def _definition(each: definitions.Definition) -> str:
    usual = definitions.Definition(each.name, each.version, each.title).choices()
    chosen = {name: value for name, value in each.choices().items() if value != usual[name]}
    rows = [(f"`{name}`", f"`{value}`") for name, value in chosen.items()]
    return "\n".join(
        part
        for part in (
            f"## `{each.name}`, version {each.version}\n",
            f"{each.title}. {each.notes}".rstrip() + "\n",
            f"Not published by its author: `{each.unpublished}`.\n" if each.unpublished else "",
            f"Source: <{each.source_url}>\n" if each.source_url.startswith("http") else "",
            as_table(("choice", "differs from the usual"), rows) if rows else "",
        )
        if part
    )


def settings_() -> str:
    """Every setting with its variable, its default and what it means, from the remarks beside the fields."""
    told = {found["name"]: found["remark"] or "" for found in REMARK.finditer(inspect.getsource(Settings))}
    rows = [
        (f"`{each.name}`", f"`{settings.ENVIRONMENT_NAMES.get(each.name, f'TRACKER_{each.name.upper()}')}`",
         _default(getattr(Settings(), each.name)), told[each.name])
        for each in fields(Settings)
        if each.name in settings._names()
    ]  # fmt: skip
    return as_table(("in tracker.toml", "variable", "default", "meaning"), rows)


def _default(value: object) -> str:
    return "" if value in (None, "") else f"`{value.as_posix() if isinstance(value, Path) else value}`"


def tree() -> str:
    """Every error that is raised on purpose, with its exit code."""
    lines = [line for line in inspect.cleandoc(errors.__doc__ or "").splitlines() if line.startswith("    ")]
    return "```text\n" + "\n".join(line[4:] for line in lines) + "\n```\n"


MAKERS: Mapping[str, Callable[[], str]] = {
    "help": help_,
    "library": library,
    "tables": tables,
    "definitions": definitions_,
    "settings": settings_,
    "errors": tree,
}
