"""Rules by name: roots, mirrors and corrections lead somewhere and do not contradict one another."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.registry.cross.told import Sheets, hint, runs_in_a_circle
from tracker.registry.files import OWN, UNKNOWN
from tracker.registry.patterns import split
from tracker.registry.read import Problem, Row


def publishers_of_their_own_are_reviewed(sheets: Sheets) -> Iterator[Problem]:
    """Who is said to have trained what it uploads has a row of its own, former names included."""
    reviewed = {row["namespace"].lower() for row in sheets["organizations.csv"]}
    reviewed |= {row["old_namespace"].lower() for row in sheets["aliases.csv"]}
    for row in sheets["roots.csv"]:
        namespace = split(row["pattern"])[0]
        if row["line"] == OWN and namespace.lower() not in reviewed:
            yield row.says(f"line is {OWN}, but {namespace or 'nobody'} has no row in organizations.csv; add one")


def roots_belong_to_lines(sheets: Sheets) -> Iterator[Problem]:
    """The line of a root is in families.csv, or unknown, or its publisher's own."""
    lines = {UNKNOWN, OWN} | {row["line"] for row in sheets["families.csv"]}
    for row in sheets["roots.csv"]:
        if row["line"] not in lines:
            yield row.says(
                f"line {row['line']!r} is not in families.csv{hint(row['line'], lines)}; add it or correct it"
            )


def two_lines_may_not_share_one_root(sheets: Sheets) -> Iterator[Problem]:
    """A pattern written under a former namespace says the same as under the present one."""
    yield from _contradictions(sheets, "roots.csv", ("line",))


def two_mirror_rules_may_not_share_one_name(sheets: Sheets) -> Iterator[Problem]:
    """A mirror rule written under a former namespace says the same as under the present one."""
    yield from _contradictions(sheets, "mirrors.csv", ("rule", "target", "relation"))


def _contradictions(sheets: Sheets, file: str, columns: tuple[str, ...]) -> Iterator[Problem]:
    present = {row["old_namespace"].lower(): row["namespace"].lower() for row in sheets["aliases.csv"]}
    first: dict[tuple[str, str], Row] = {}
    for row in sheets[file]:
        namespace, name = split(row["pattern"].lower())
        other = first.setdefault((present.get(namespace, namespace), name), row)
        for column in columns:
            if row[column] != other[column]:
                yield row.says(
                    f"{column} is {row[column]!r} here and {other[column]!r} in line {other.line}, where the same "
                    f"repository has its other name, {other['pattern']}; keep one"
                )


def mirrors_point_at_developers(sheets: Sheets) -> Iterator[Problem]:
    """Namespaces named as targets of same_name mirrors are reviewed (a former name is too)."""
    reviewed = {row["namespace"] for row in sheets["organizations.csv"]}
    reviewed |= {row["old_namespace"] for row in sheets["aliases.csv"]}
    for row in sheets["mirrors.csv"]:
        for namespace in row["target"].split() if row["rule"] == "same_name" else ():
            if namespace not in reviewed:
                yield row.says(
                    f"target namespace {namespace} has no row in organizations.csv{hint(namespace, reviewed)}; add one"
                )


def mirrors_do_not_run_in_a_circle(sheets: Sheets) -> Iterator[Problem]:
    """Following exact mirrors ends at a model that is none."""
    targets = {row["pattern"]: row["target"] for row in sheets["mirrors.csv"] if row["rule"] == "exact"}
    for row in sheets["mirrors.csv"]:
        if row["pattern"] != row["target"] and runs_in_a_circle(row["pattern"], targets):
            yield row.says("the targets of this mirror lead back to it; name the model it really copies")


def overrides_do_not_contradict(sheets: Sheets) -> Iterator[Problem]:
    """A parent is not both given and denied; two models are not each other's weights parent."""
    roles: dict[tuple[str, str], list[Row]] = {}
    for row in sheets["overrides.csv"]:
        roles.setdefault((row["model_id"], row["parent_id"]), []).append(row)
    for (model, parent), rows in roles.items():
        by_role = {row["role"]: row for row in rows}
        if "not_parent" in by_role and "weights_parent" in by_role:
            other = by_role["weights_parent"]
            yield by_role["not_parent"].says(
                f"line {other.line} says that {parent} is the weights parent, this row that it is no parent; keep one"
            )
        back = {row["role"]: row for row in roles.get((parent, model), [])}
        if "weights_parent" in by_role and "weights_parent" in back:
            line = back["weights_parent"].line
            yield by_role["weights_parent"].says(f"line {line} says the reverse; only one of the two came first")
