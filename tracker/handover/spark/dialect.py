"""Translate our SQL from duckdb's dialect to Spark's, with sqlglot.

sqlglot gives no error for what it cannot translate. So SQL that other engines read differently is refused first
(`tracker.sql.portable`), and the functions that sqlglot is known to translate wrongly are translated here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp, transforms
from sqlglot.dialects.spark import Spark

from tracker.handover.spark import kinds
from tracker.store.elsewhere.catalog import Macro

_BLANKS = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"

Columns = Callable[[str], Mapping[str, str]]  # of a SELECT of duckdb: its columns and their types


class Ours(Spark):
    """Spark from 4.0 on, which has QUALIFY and nested `with`; sqlglot would rewrite both, wrongly.

    Its rewriting of QUALIFY confuses an alias with the column of that name. Its rewriting of nested `with` moves all to
    the top, where two may have the same name.
    """

    class Generator(Spark.Generator):
        """The writer of Spark's SQL."""

        EXPRESSIONS_WITHOUT_NESTED_CTES: set[type[exp.Expression]] = set()  # noqa: RUF012  as its base has it
        TYPE_MAPPING = {  # noqa: RUF012
            **Spark.Generator.TYPE_MAPPING,
            **dict.fromkeys(
                (exp.DataType.Type.INT128, exp.DataType.Type.UINT128, exp.DataType.Type.UBIGINT), "DECIMAL(38, 0)"
            ),
        }
        TRANSFORMS = {  # noqa: RUF012
            **Spark.Generator.TRANSFORMS,
            exp.Select: transforms.preprocess(
                [transforms.eliminate_distinct_on, transforms.unnest_to_explode, transforms.any_to_exists]
            ),
        }


def parsed(sql: str) -> exp.Expression:
    """Parse a SELECT of duckdb into a syntax tree."""
    tree: exp.Expression = sqlglot.parse_one(sql, read="duckdb")
    return tree


def written(tree: exp.Expression, columns: Columns) -> str:
    """Return a syntax tree as SQL of Spark."""
    for node in list(tree.find_all(exp.SetOperation)):
        if node.args.get("by_name"):
            _by_place(node, columns)
    text: str = _all_turned(tree).sql(dialect=Ours, unsupported_level=sqlglot.ErrorLevel.RAISE)
    return text


def _all_turned(tree: exp.Expression) -> exp.Expression:
    """Translate each node of a tree, the innermost first; the replacement of a node is not translated again."""
    for node in reversed(list(tree.dfs())):
        if (new := _turned(kinds.held(node))) is not node:
            tree = new if node is tree else tree
            node.replace(new)
    return tree


def without_macros(tree: exp.Expression, macros: Mapping[str, Macro]) -> exp.Expression:
    """Return a tree in which the body of each macro of the copy replaces its calls."""

    def inlined(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Table) and (call := _call(node.this)) and (macro := macros.get(call.name.lower())):
            body = _filled(macro, call.expressions, macros)
            alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(call.name.lower()))
            return exp.Subquery(this=body, alias=alias.copy(), joins=node.args.get("joins"))
        if (call := _call(node)) and (macro := macros.get(call.name.lower())) and not macro.is_table:
            return exp.Paren(this=_filled(macro, call.expressions, macros))
        return node

    return tree.transform(inlined)


def _call(node: object) -> exp.Anonymous | None:
    return node if isinstance(node, exp.Anonymous) else None


def _filled(macro: Macro, given: list[exp.Expression], macros: Mapping[str, Macro]) -> exp.Expression:
    """Return the body of a macro with the arguments of a call, or defaults, instead of its parameters."""
    values = {name: parsed(f"select {default}").expressions[0] for name, default in macro.defaults.items()}
    values |= dict(zip(macro.parameters, (each for each in given if not _named(each)), strict=False))
    values |= {each.this.name: each.expression for each in given if _named(each)}
    body = sqlglot.parse_one(macro.body, read="duckdb")

    def filled(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column) and not node.table and node.name in values:
            return exp.Paren(this=values[node.name].copy())
        return node

    return without_macros(body.transform(filled), macros)


def _named(node: exp.Expression) -> bool:
    return isinstance(node, exp.PropertyEQ)


def by_key(tree: exp.Expression, shown: Callable[[list[str]], str]) -> exp.Expression:
    """Replace joins by position in files, which Spark lacks; `shown` returns the SQL that joins some files by key."""
    for join in [each for each in tree.find_all(exp.Join) if each.method == "POSITIONAL"]:
        table = join.parent if isinstance(join.parent, exp.Table) else join.parent.find(exp.From).this
        rows = parsed(f"select * from {shown(files(table.this))}")
        join.set("method", None)
        join.set("kind", "CROSS")  # the condition is in the WHERE
        table.replace(exp.Subquery(this=rows, alias=table.args["alias"], joins=table.args.get("joins")))
    return tree


def files(call: exp.Expression) -> list[str]:
    """Return the files that a `read_parquet` call reads."""
    return [each.this for each in call.expressions[0].find_all(exp.Literal) if each.is_string]


def _by_place(union: exp.SetOperation, columns: Columns) -> None:
    """Turn a union by name into one by position: each side selects all columns in one order."""
    union.set("by_name", False)
    sides = {side: list(columns(union.args[side].unnest().sql(dialect="duckdb"))) for side in ("this", "expression")}
    names = list(dict.fromkeys(name for each in sides.values() for name in each))
    for side, there in sides.items():
        chosen = [exp.column(name, quoted=True) if name in there else exp.alias_(exp.null(), name, quoted=True)
                  for name in names]  # fmt: skip
        inner = exp.Subquery(this=union.args[side].unnest(), alias=exp.TableAlias(this=exp.to_identifier("side")))
        union.set(side, exp.Select(expressions=chosen).from_(inner))


def _turned(node: exp.Expression) -> exp.Expression:
    """Return the translation of one node; the node itself if it needs none."""
    if isinstance(node, exp.CTE):
        node.set("materialized", None)
    if isinstance(node, exp.EQ) and isinstance(node.expression, exp.Any):
        asked = node.expression.this
        return exp.In(this=node.this, query=asked if isinstance(asked, exp.Subquery) else exp.Subquery(this=asked))
    if isinstance(node, exp.Cast) and node.this.is_string and node.this.name == "epoch":
        return exp.cast(exp.Literal.string("1970-01-01"), "date")
    if isinstance(node, exp.Div):  # duckdb returns a double; Spark returns a decimal for decimals
        return exp.Div(this=_double(node.this), expression=_double(node.expression))
    if isinstance(node, exp.IsNan):  # for null duckdb returns null, Spark false
        return exp.func("if", node.this.copy().is_(exp.null()), exp.null(), node)
    if isinstance(node, (exp.Ln, exp.Log)):  # Spark returns null for 0 and below
        return _logarithm(node)
    if isinstance(node, exp.Trim) and not node.expression:  # duckdb trims every Unicode space, Spark only the plain one
        side = node.args.get("position") or "BOTH"
        return exp.Trim(this=node.this, expression=exp.Literal.string(_BLANKS), position=side)
    if isinstance(node, (exp.ArgMax, exp.ArgMin)):  # duckdb skips rows whose value is null
        there = exp.case().when(node.this.copy().is_(exp.null()).not_(), _nulls_greatest(node.expression))
        return exp.func("max_by" if isinstance(node, exp.ArgMax) else "min_by", node.this, there)
    if isinstance(node, exp.TimeToUnix):  # duckdb keeps the fraction of a second, Spark drops it
        return exp.Div(this=_micros(node.this), expression=exp.Literal(this="1e6", is_string=False))
    if isinstance(node, exp.Lower):  # duckdb maps each letter alone; Java maps these two by their context
        return exp.Lower(this=exp.func("translate", node.this, *map(exp.Literal.string, ("\u0130\u03a3", "i\u03c3"))))
    if isinstance(node, exp.DateDiff):
        return _days_or_months(node)
    if isinstance(node, (exp.RegexpLike, exp.RegexpReplace)) and node.expression.is_string:
        node.set("expression", exp.Literal.string(_at_the_end(node.expression.name)))
    if isinstance(node, exp.Anonymous):
        return _called(node)
    return node


def _nulls_greatest(key: exp.Expression) -> exp.Expression:
    """Return a key to compare by; within a row of several values null is the greatest, as in duckdb."""
    if not isinstance(key, exp.Struct):
        return key
    parts = [each for part in key.expressions for each in (part.copy().is_(exp.null()), part)]
    return exp.Struct(expressions=parts)


def _logarithm(node: exp.Expression) -> exp.Expression:
    """Return a logarithm as duckdb computes it: minus infinity for 0, NaN below 0."""
    number = _double(node.expression if isinstance(node, exp.Log) else node.this)
    below, none = (exp.cast(exp.Literal.string(each), "double") for each in ("nan", "-inf"))
    named = "log10" if isinstance(node, exp.Log) else "ln"
    cases = exp.case().when(exp.LT(this=number, expression=exp.Literal.number(0)), below)
    cases = cases.when(exp.EQ(this=number.copy(), expression=exp.Literal.number(0)), none)
    return cases.else_(exp.Anonymous(this=named, expressions=[number.copy()]))


def _days_or_months(node: exp.DateDiff) -> exp.Expression:
    """Return `date_diff` as duckdb counts it, by boundaries crossed; Spark would count whole units that passed."""
    last, first = (exp.cast(each, "date") for each in (node.this, node.expression))
    unit = str(node.args["unit"].name).upper()
    if unit == "DAY":
        return exp.Anonymous(this="datediff", expressions=[last, first])
    years = exp.Sub(this=exp.Year(this=last.copy()), expression=exp.Year(this=first.copy()))
    if unit != "MONTH":
        return exp.Paren(this=years)
    months = exp.Sub(this=exp.Month(this=last), expression=exp.Month(this=first))
    return exp.Paren(this=exp.Add(this=exp.Mul(this=exp.Paren(this=years), expression=exp.Literal.number(12)),
                                  expression=exp.Paren(this=months)))  # fmt: skip


def _at_the_end(pattern: str) -> str:
    """Return a pattern with `\\z` for `$`: in Java `$` also matches before a final line break."""
    return re.sub(r"(\\.|\[(?:\\.|[^\]])*\])|\$", lambda found: found[1] or r"\z", pattern, flags=re.DOTALL)


def _called(call: exp.Anonymous) -> exp.Expression:
    """Return the translation of a function that sqlglot does not know."""
    name, given = call.name.lower(), call.expressions
    if name == "row":
        return exp.Struct(expressions=given)
    if name == "count_star":
        return exp.Count(this=exp.Star())
    if name == "epoch_us":
        return _micros(given[0])
    if name == "make_timestamp" and len(given) == 1:
        return exp.func("timestamp_micros", given[0])
    return call


def _double(number: exp.Expression) -> exp.Expression:
    return exp.cast(number, "double")


def _micros(moment: exp.Expression) -> exp.Expression:
    return exp.func("unix_micros", exp.cast(moment, "timestamptz"))
