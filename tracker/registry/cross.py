"""Checks that need more than one row or file: names that must exist, facts that must agree, loops.

Each check is one function over all sheets, named after its rule, and yields one problem a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tracker.errors import nearest
from tracker.registry.files import UNKNOWN
from tracker.registry.patterns import split
from tracker.registry.read import Problem, Row

Sheets = Mapping[str, list[Row]]


def check_together(sheets: Sheets) -> Iterator[Problem]:
    """Yield what is wrong between rows and between files."""
    for check in CHECKS:
        yield from check(sheets)


def countries_have_a_row(sheets: Sheets) -> Iterator[Problem]:
    """Every country of an organization is in countries.csv."""
    known = {row["country"] for row in sheets["countries.csv"]} | {UNKNOWN}
    for row in sheets["organizations.csv"]:
        if row["country"] not in known:
            yield row.says(
                f"country {row['country']} is not in countries.csv; correct the code or add the country there"
            )


def organizations_agree(sheets: Sheets) -> Iterator[Problem]:
    """One organization is of one kind and, at one time, in one country, whatever namespace it uses."""
    first: dict[tuple[str, str], Row] = {}
    for row in sheets["organizations.csv"]:
        other = first.setdefault((row["organization"], row["valid_from"]), row)
        for column in ("country", "kind"):
            if row[column] != other[column]:
                yield row.says(
                    f"{row['organization']} is {column} {row[column]} here and {other[column]} in line {other.line}; "
                    "one organization has one: correct one row, or give two organizations two names"
                )


def organizations_are_spelt_alike(sheets: Sheets) -> Iterator[Problem]:
    """Names that differ only in case, blanks or punctuation are one organization."""
    first: dict[str, Row] = {}
    for row in sheets["organizations.csv"]:
        bare = "".join(letter for letter in row["organization"].casefold() if letter.isalnum())
        other = first.setdefault(bare, row) if bare else row
        if other["organization"] != row["organization"]:
            yield row.says(
                f"organization {row['organization']!r} is written {other['organization']!r} in line {other.line}; "
                "use one spelling"
            )


def aliases_lead_to_a_reviewed_namespace(sheets: Sheets) -> Iterator[Problem]:
    """A former namespace points at a present one that has a row of its own; it has none itself."""
    reviewed = {row["namespace"] for row in sheets["organizations.csv"]}
    old = {row["old_namespace"]: row for row in sheets["aliases.csv"]}
    for row in sheets["aliases.csv"]:
        before, now = row["old_namespace"], row["namespace"]
        if before == now:
            yield row.says("old_namespace and namespace are the same; an alias needs two names")
        elif now in old:
            yield row.says(f"{now} was itself renamed to {old[now]['namespace']}; write the present name here")
        elif now not in reviewed:
            yield row.says(f"namespace {now} has no row in organizations.csv{_hint(now, reviewed)}; add one")
        if before in reviewed:
            yield row.says(f"{before} also has a row in organizations.csv, which an alias replaces; delete that row")


def lines_have_parents_and_developers(sheets: Sheets) -> Iterator[Problem]:
    """The parent of a line is a line, its developer an organization, and parents do not run in a circle."""
    parents = {row["line"]: row["parent"] for row in sheets["families.csv"]}
    developers = {row["organization"] for row in sheets["organizations.csv"]} | {UNKNOWN}
    for row in sheets["families.csv"]:
        if row["parent"] and row["parent"] not in parents:
            yield row.says(f"parent {row['parent']!r} is no line{_hint(row['parent'], parents)}; add it or correct it")
        elif _runs_in_a_circle(row["line"], parents):
            yield row.says("the parents of this line lead back to it; leave parent empty at the top")
        if row["developer"] not in developers:
            yield row.says(
                f"developer {row['developer']!r} is no organization in organizations.csv"
                f"{_hint(row['developer'], developers)}; add it or correct it"
            )


def _runs_in_a_circle(line: str, parents: Mapping[str, str]) -> bool:
    seen = set()
    while parents.get(line):
        if line in seen:
            return True
        seen.add(line)
        line = parents[line]
    return False


def roots_belong_to_lines(sheets: Sheets) -> Iterator[Problem]:
    """The line of a root is in families.csv, or unknown."""
    lines = {row["line"] for row in sheets["families.csv"]}
    for row in sheets["roots.csv"]:
        if row["line"] != UNKNOWN and row["line"] not in lines:
            yield row.says(
                f"line {row['line']!r} is not in families.csv{_hint(row['line'], lines)}; add it or correct it"
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
                    f"target namespace {namespace} has no row in organizations.csv{_hint(namespace, reviewed)}; add one"
                )


def mirrors_do_not_run_in_a_circle(sheets: Sheets) -> Iterator[Problem]:
    """Following exact mirrors ends at a model that is none."""
    targets = {row["pattern"]: row["target"] for row in sheets["mirrors.csv"] if row["rule"] == "exact"}
    for row in sheets["mirrors.csv"]:
        if row["pattern"] != row["target"] and _runs_in_a_circle(row["pattern"], targets):
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


def _hint(name: str, known: Mapping[str, str] | set[str]) -> str:
    names = nearest(name, known, count=1)
    return f" (did you mean {names[0]!r}?)" if names else ""


CHECKS: tuple[Callable[[Sheets], Iterator[Problem]], ...] = (
    countries_have_a_row,
    organizations_agree,
    organizations_are_spelt_alike,
    aliases_lead_to_a_reviewed_namespace,
    lines_have_parents_and_developers,
    roots_belong_to_lines,
    two_lines_may_not_share_one_root,
    two_mirror_rules_may_not_share_one_name,
    mirrors_point_at_developers,
    mirrors_do_not_run_in_a_circle,
    overrides_do_not_contradict,
)
