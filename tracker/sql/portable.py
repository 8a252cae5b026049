"""Portable SQL: finds what other engines would refuse or answer differently, in the syntax tree that duckdb gives.

Each rule is here because a statement failed on another engine, or silently returned different rows there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tracker.sql import calls
from tracker.sql.connect import Connection, value

Node = dict[str, Any]

AGGREGATES = {"sum", "count", "count_star", "min", "max", "avg", "arg_min", "arg_max"}
WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
_OTHER = {"BOOLEAN", "HUGEINT", "DOUBLE", "DECIMAL", "DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"}
# functions with the same meaning on all engines; the tests compare rows of our own SQL. Any other may differ: weekdays
# and weeks, the base of log, the rounding of halves, and `first`
KNOWN = {
    *("+", "-", "*", "/", "//", "%", "||", "abs", "floor", "sqrt", "ln", "log10", "isnan", "greatest", "least"),
    *("nullif", "if", "row", "year", "month", "date_diff", "date_trunc", "epoch", "epoch_us", "strftime"),
    *("make_timestamp", "concat_ws", "contains", "length", "like_escape", "lower", "lpad", "ltrim", "rtrim"),
    *("trim", "regexp_matches", "regexp_replace", "replace", "split_part", "starts_with", "string_split", "strpos"),
    *("substr", "sum", "count", "count_star", "min", "max", "avg", "arg_min", "arg_max"),
}
_ORDERS = {"COMPARE_LESSTHAN", "COMPARE_GREATERTHAN", "COMPARE_LESSTHANOREQUALTO", "COMPARE_GREATERTHANOREQUALTO"}
_TEXT = {"VARCHAR", "TEXT", "STRING"}
MEMBERSHIP = "`in (select ...)` other than as a condition"
# finds the names most like an unknown one; it computes no figure, so duckdb answers it instead of Spark
NEAR = "jaro_winkler_similarity"
OURS = {NEAR, "cohort_of", "lineage_why"} | {
    *("lineage_of", "edges_of", "nearest_of", "models_as_of", "counters_as_of", "movers", "model_history"),
    *("downloads_of", "daily_flow_of"),
}


def faults(connection: Connection, sql: str) -> list[str]:
    """Return the parts of a statement that are not portable; an empty list if it is."""
    (statement,) = parsed(connection, sql)
    found = [fault for node in nodes(statement["node"]) for fault in _of_node(node)]
    return sorted({*found, *([] if _is_ordered(statement["node"]) else ["no outermost order"])})


def lacking(connection: Connection, sql: str) -> list[str]:
    """Return the features of a statement that Spark lacks."""
    (statement,) = parsed(connection, sql)
    unions = (each for each in nodes(statement["node"]) if each.get("type") == "RECURSIVE_CTE_NODE")
    return ["union within recursion"] if any(not each["union_all"] for each in unions) else []


def _is_ordered(node: Node) -> bool:
    """Return whether the rows have an order; a single row of aggregates needs none."""
    if any(each["type"] == "ORDER_MODIFIER" for each in node["modifiers"]):
        return True
    return node["type"] == "SELECT_NODE" and not node["group_expressions"] and _is_aggregated(node)


def _is_aggregated(node: Node) -> bool:
    return any(each.get("function_name") in AGGREGATES for each in _within(node["select_list"]))


def parsed(connection: Connection, sql: str) -> list[Node]:
    """Return the syntax trees of a text's statements, as duckdb parses them. Raises ValueError if duckdb gives none."""
    read: Node = json.loads(value(connection, "select json_serialize_sql($sql::varchar)", {"sql": sql}))
    if read["error"]:
        raise ValueError(read.get("error_message", "duckdb does not show how it reads this"))
    statements: list[Node] = read["statements"]
    return statements


def nodes(tree: Any) -> Iterator[Node]:
    """Yield every node of a tree."""
    todo = [tree]
    while todo:
        here = todo.pop()
        if isinstance(here, dict):
            yield here
            todo += here.values()
        elif isinstance(here, list):
            todo += here


def _of_node(node: Node) -> Iterator[str]:
    kind = node.get("type")
    if kind == "SELECT_NODE":
        yield from _of_select(node)
    if kind == "RECURSIVE_CTE_NODE" and any(each.get("class") == "WINDOW" for each in nodes(node["right"])):
        yield "a window inside recursion"
    if node.get("class") == "LAMBDA" or kind in ("LAMBDA", "ARRAY_CONSTRUCTOR", "ARRAY_EXTRACT", "ARRAY_SLICE"):
        yield "a list or lambda"
    if node.get("class") == "WINDOW":
        yield from _of_window(node)
    if node.get("sample"):
        yield "a sample"
    if kind == "JOIN" and _is_more(node.get("condition")):
        yield MEMBERSHIP
    if kind == "JOIN" and node.get("ref_type") in ("POSITIONAL", "ASOF"):
        yield f"{node['ref_type'].lower()} join"
    if (
        node.get("class") == "COMPARISON"
        and kind in _ORDERS
        and any(node[side].get("function_name") == "row" for side in ("left", "right"))
    ):
        yield "an order of rows"
    if kind == "OPERATOR_CAST":
        yield from _of_cast(str(node["type_expr"].get("type_name")).upper(), _cast_of(node))
    if node.get("class") == "FUNCTION":
        yield from _of_call(node)


def _of_cast(wanted: str, given: Node) -> Iterator[str]:
    if wanted not in WHOLE | _TEXT | _OTHER:
        yield f"a cast to {wanted.lower()}"
    if wanted in WHOLE and not _is_whole(given):
        yield "a cast to whole numbers of what may have a fraction"
    if wanted in _TEXT and calls.is_told_another_way(given):
        yield "a cast to text of a moment or a fraction"


def _of_window(node: Node) -> Iterator[str]:
    if node.get("ignore_nulls"):
        yield "ignore nulls"
    if node.get("exclude_clause", "NO_OTHER") != "NO_OTHER":
        yield "exclude"
    if any("GROUPS" in str(node.get(side)) for side in ("start", "end")):
        yield "groups of a window"


def _of_select(node: Node) -> Iterator[str]:
    if node["qualify"]:
        yield "qualify"
    if _orders_by_a_new_name(node):
        yield "an order by what is made of a new name"
    if _tells_membership(node):
        yield MEMBERSHIP
    kinds = {each["type"] for each in node["modifiers"]}
    if "LIMIT_MODIFIER" in kinds and "ORDER_MODIFIER" not in kinds:
        yield "a limit without an order"
    inner = [*_within(node["select_list"]), *_within(node["having"])]
    aggregated = node["group_expressions"] or any(each.get("function_name") in AGGREGATES for each in inner)
    if aggregated and any(each.get("class") == "SUBQUERY" for each in inner):
        yield "a subquery beside an aggregate"


def _tells_membership(node: Node) -> bool:
    """Return whether `x in (select ...)` is used as a value: if it is null in duckdb, Spark returns false."""
    told = [node["select_list"], node["group_expressions"], node["modifiers"]]
    return any(_memberships(told)) or any(map(_is_more, (node["where_clause"], node["having"])))


def _is_more(condition: Node | None) -> bool:
    """Return whether a condition uses a membership as a value; below AND and one NOT it is only a condition."""
    if condition is None or _is_membership(condition):
        return False
    if condition["type"] == "CONJUNCTION_AND":
        return any(map(_is_more, _parts(condition)))
    if condition["type"] == "OPERATOR_NOT" and _is_membership(_parts(condition)[0]):
        return False
    return any(_memberships(condition))


def _memberships(tree: Any) -> Iterator[Node]:
    """Yield each membership in an expression that is not wrapped in `coalesce(..., false)`."""
    if isinstance(tree, list):
        for each in tree:
            yield from _memberships(each)
    elif isinstance(tree, dict):
        if _is_membership(tree):
            yield tree
        elif not (tree.get("type") == "OPERATOR_COALESCE" and calls.literal(_parts(tree)[1]) == "false"):
            yield from _memberships([part for part in tree.values() if isinstance(part, (dict, list))])


def _is_membership(node: Node) -> bool:
    return node.get("class") == "SUBQUERY" and node["subquery_type"] == "ANY"


def _parts(node: Node) -> list[Node]:
    return _given(node) or []


def _orders_by_a_new_name(node: Node) -> bool:
    """Return whether an `order by` expression uses an alias that is also a column: engines choose differently."""
    read = [*_within(node["select_list"]), *_within(node.get("where_clause") or {})]
    columns = {part["column_names"][-1] for part in read if part.get("class") == "COLUMN_REF"}
    new = {each["alias"] for each in node["select_list"] if each.get("alias") and not _is_column(each, each["alias"])}
    orders = [order["expression"] for each in node["modifiers"] for order in each.get("orders", [])]
    made = [each for each in orders if each.get("class") != "COLUMN_REF"]
    return any(_is_column(part, name) for each in made for part in _within(each) for name in new & columns)


def _is_column(node: Node, name: str) -> bool:
    return node.get("class") == "COLUMN_REF" and [each.lower() for each in node["column_names"]] == [name.lower()]


def _within(tree: Any) -> Iterator[Node]:
    """Yield the nodes of an expression, without those inside its subqueries."""
    if isinstance(tree, list):
        for each in tree:
            yield from _within(each)
    elif isinstance(tree, dict):
        yield tree
        if tree.get("class") != "SUBQUERY":
            yield from _within([value for value in tree.values() if isinstance(value, (dict, list))])


def _of_call(node: Node) -> Iterator[str]:
    name = node["function_name"]
    given: list[Node] = node.get("arguments") or _given(node) or []
    arguments = [each.get("expression", each) for each in given]
    if name == "list_contains" and arguments[0].get("function_name") in ("string_split", "str_split"):
        return  # the only portable use of a list
    if name not in KNOWN | OURS:
        yield f"{name}()"
    yield from calls.faults(name, arguments)
    if name == "/" and not _divides(arguments[1]):
        yield "a division by what may be 0"
    if name == "-" and any(_is_lag_of_a_date(each) for each in arguments):
        yield "a difference of dates by -"


def _given(node: Node) -> list[Node] | None:
    return node.get("children")  # duckdb's word


def _cast_of(node: Node) -> Node:
    inner: Node = node["child"]  # duckdb's word
    return inner


def _is_whole(node: Node) -> bool:
    return node["class"] == "CONSTANT" or node.get("function_name") in ("sum", "floor")


def _divides(divisor: Node) -> bool:
    while divisor["type"] == "OPERATOR_CAST":
        divisor = _cast_of(divisor)
    return (
        divisor["class"] == "CONSTANT"
        or divisor["type"] == "OPERATOR_NULLIF"
        or (divisor.get("function_name") == "nullif")
    )


def _is_lag_of_a_date(node: Node) -> bool:
    return node.get("class") == "WINDOW" and "date" in json.dumps(_given(node) or node.get("arguments", []))
