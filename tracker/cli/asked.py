"""Questions without a command line: read from parameters that are called as the options of the commands are.

    share  by=family  names=Qwen  names=Llama      tracker share --by family Qwen Llama

What is wrong is refused in the words of the command. What a command prints, and where, is nothing to ask for, and no
parameter names a file: `list` is the ids of models themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import click

from tracker.cli import cli, options
from tracker.errors import SettingsError, UnknownName, nearest
from tracker.serve.asked.question import Kind, Parameter, Question

QUESTIONS = ("share", "trend", "top", "lineage", "measure", "claims", "schema", "sources", "sql")

Given = Iterable[tuple[str, Any]]

_OPENING = ("as_of", "timeout")  # which copy is opened, and for how long
_FILES = ("source",)


def read(name: str, given: Given) -> Question:
    """Return the question of a name; values are texts, or typed, and several of a name stand one after another.

    Raises SettingsError in the words of the command, UnknownName for a question that nobody knows.
    """
    command = _command(name)
    known = _served(name)
    values = _values(name, given)
    lists = {known[each].name: tuple(texts) for each, texts in values.items() if _is_file(known[each])}
    try:
        with command.make_context(name, _arguments(known, values)) as context:
            found = {each.name: context.params[each.name] for each in known.values() if each.name} | lists
    except click.ClickException as error:
        raise SettingsError(error.format_message()) from None
    opening = {each: found.pop(each, None) for each in _OPENING}
    ask = vars(command.callback)["ask"]
    return Question(name, lambda copy: ask(copy, **found), opening["as_of"], opening["timeout"])


@cache
def parameters(name: str) -> tuple[Parameter, ...]:
    """Return what a question can be given, in the order of the command's help."""
    return tuple(_declared(public, each) for public, each in _served(name).items())


def _command(name: str) -> click.Command:
    if name not in QUESTIONS:
        raise UnknownName("question", name, QUESTIONS)
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    return command


@cache
def _served(name: str) -> Mapping[str, click.Parameter]:
    """Return the parameters of a command that are part of the question, by the names of their long options."""

    @options.settings_options
    @options.output_options
    @options.cite_option
    @options.engine_options
    def printing() -> None:
        """Stand for what a command takes beside its question."""

    others = {each.name for each in click.command()(printing).params} | {*_FILES}
    kept = [each for each in _command(name).params if each.name not in others and each.expose_value]
    return {_public(each): each for each in kept}


def _public(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Argument):
        return str(parameter.name)
    return max(parameter.opts, key=len).removeprefix("--")


def _is_file(parameter: click.Parameter) -> bool:
    return isinstance(parameter.type, click.Path)


def _is_repeated(parameter: click.Parameter) -> bool:
    return parameter.nargs == -1 or getattr(parameter, "multiple", False) or _is_file(parameter)


def _values(name: str, given: Given) -> dict[str, list[str]]:
    """Return the texts of each parameter. Raises SettingsError for one that is none, or is given twice but has one."""
    known = _served(name)
    found: dict[str, list[str]] = {}
    for written, value in given:
        public = written if written in known else written.replace("_", "-")
        if public not in known:
            raise _unknown(name, public)
        found.setdefault(public, []).extend(_texts(value))
    for public, texts in found.items():
        if len(texts) > 1 and not _is_repeated(known[public]):
            raise SettingsError(f"{_shown(known[public])} is given twice, as {texts[0]} and as {texts[1]}")
    return {public: texts for public, texts in found.items() if texts}


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, bool):
        return [str(value).lower()]
    return [value.isoformat() if isinstance(value, date) else str(value)]


def _unknown(name: str, public: str) -> SettingsError:
    command = _command(name)
    known = [option for each in command.params for option in each.opts if option.startswith("--")]
    if f"--{public}" in known:
        return SettingsError(f"--{public} is for who asks at a prompt; a question takes {', '.join(_served(name))}")
    positional = [each for each, parameter in _served(name).items() if isinstance(parameter, click.Argument)]
    refused = click.NoSuchOption(f"--{public}", possibilities=[*known, *positional])
    error = SettingsError(refused.format_message())
    error.nearest = nearest(public, _served(name))
    return error


def _arguments(known: Mapping[str, click.Parameter], values: Mapping[str, list[str]]) -> list[str]:
    """Return the words of the command line that says the same."""
    words: list[str] = []
    positional: list[str] = []
    for public, texts in values.items():
        parameter = known[public]
        if isinstance(parameter, click.Argument):
            positional += texts
        elif not _is_file(parameter):
            words += [word for text in texts for word in _words(parameter, text)]
    return [*words, "--", *positional]


_SWITCHED = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _words(parameter: click.Parameter, text: str) -> list[str]:
    option = _shown(parameter)
    if getattr(parameter, "is_flag", False):
        is_set = _SWITCHED.get(text.lower())
        if is_set is None:
            raise SettingsError(f"{option} {text!r}: write true or false")
        return [option] if is_set else []
    if parameter.nargs == 2:
        name, separator, value = text.partition("=")
        if not separator:
            raise SettingsError(f"{option} {text}: write NAME=VALUE")
        return [option, name, value]
    return [f"{option}={text}"]


def _shown(parameter: click.Parameter) -> str:
    return max(parameter.opts, key=len)


def _declared(public: str, parameter: click.Parameter) -> Parameter:
    kind: Kind = "text"
    if getattr(parameter, "is_flag", False):
        kind = "flag"
    elif isinstance(parameter.type, click.types.IntParamType):
        kind = "whole"
    elif isinstance(parameter.type, click.types.FloatParamType):
        kind = "number"
    default = parameter.default
    return Parameter(
        public,
        kind,
        _help(public, parameter),
        choices=tuple(map(str, parameter.type.choices)) if isinstance(parameter.type, click.Choice) else (),
        least=getattr(parameter.type, "min", None),
        default=default if isinstance(default, str | int | float) and kind != "flag" else None,
        is_repeated=_is_repeated(parameter),
        is_required=parameter.required,
    )


def _help(public: str, parameter: click.Parameter) -> str:
    from tracker.cli.definition import MEANINGS

    if _is_file(parameter):
        return "Models that a rule lists, each id once."
    told = getattr(parameter, "help", None) or MEANINGS.get(str(parameter.name)) or _POSITIONAL.get(public, "")
    return f"{told} Written NAME=VALUE." if parameter.nargs == 2 else told


_POSITIONAL = {
    "names": "What the rows are limited to; repeated.",
    "model": "A name that a model has or had, or names as its parent.",
    "name": "The name of a measure.",
    "table": "The name of a table.",
    "sql": "One SELECT.",
}
