"""Type checks within a translated statement: refuse values of types that engines treat differently.

Only Spark knows the type of such a value, when it plans the statement. It evaluates `typeof` while planning, so the
check costs nothing if the type is fine, and raises a one-line error if it is not.
"""

from __future__ import annotations

from sqlglot import exp

_DECIMAL = "decimal[(][0-9]+,[1-9]"
_FRACTION = f"double|float|{_DECIMAL}"
_WHOLE = {exp.DataType.Type[each] for each in ("TINYINT", "SMALLINT", "INT", "BIGINT", "INT128")}
_TEXT = {exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT}
_PLAIN = _WHOLE | _TEXT | {exp.DataType.Type.DATE, exp.DataType.Type.BOOLEAN}  # types on which engines agree
_DAYS = {exp.DataType.Type[each] for each in ("DATE", "DATETIME", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMPNTZ")}
_SAID = (  # expressions that are whole numbers or text, whatever they are given
    *(exp.Null, exp.Count, exp.DPipe, exp.ConcatWs, exp.Lower, exp.Substring, exp.Trim, exp.Pad),
    *(exp.Replace, exp.RegexpReplace, exp.SplitPart, exp.TimeToStr),
)


def held(node: exp.Expression) -> exp.Expression:
    """Add type checks to the arguments of a node, so that only types on which engines agree pass.

    Within VALUES nothing is added, since Spark takes those as they are.
    """
    if node.find_ancestor(exp.Values):  # sqlglot's word
        return node
    if isinstance(node, exp.Cast):
        _hold_cast(node)
    elif isinstance(node, exp.IntDiv):
        for side in ("this", "expression"):
            node.set(side, _refusing(node.args[side], _FRACTION, "a whole quotient of fractions"))
    elif isinstance(node, exp.Avg):
        for each in node.this.expressions if isinstance(node.this, exp.Distinct) else [node.this]:
            each.replace(_refusing(each.copy(), _DECIMAL, "a mean of decimals"))
    elif isinstance(node, exp.DPipe):
        for side in ("this", "expression"):
            node.set(side, _told_alike(node.args[side]))
    elif isinstance(node, exp.ConcatWs):
        node.set("expressions", [_told_alike(each) for each in node.expressions])
    return node


def _hold_cast(node: exp.Cast) -> None:
    wanted = node.to.this
    if wanted in _TEXT:
        node.set("this", _told_alike(node.this))
    elif wanted in _WHOLE:
        node.set("this", _refusing(node.this, _FRACTION, "a cast to whole numbers of a fraction"))
    elif wanted in _DAYS and isinstance(node, exp.TryCast):  # Spark reads a year alone as a day
        node.set("this", _refusing(node.this, "string", "a day or moment that a text may be"))


def _told_alike(given: exp.Expression) -> exp.Expression:
    """Return a value that refuses moments and fractions: engines convert these to different texts."""
    return _refusing(given, f"{_FRACTION}|timestamp", "text of a moment or a fraction")


def _refusing(given: exp.Expression, kinds: str, says: str) -> exp.Expression:
    """Return a value that raises an error if its type matches `kinds`, a regular expression over Spark's type names."""
    if _is_said(given):
        return given
    kind = exp.Anonymous(this="typeof", expressions=[given.copy()])
    is_refused = exp.Anonymous(this="regexp_like", expressions=[kind, exp.Literal.string(f"^({kinds})")])
    told = exp.Literal.string(f"{says}, which Spark reads another way")
    refusal = exp.Anonymous(this="raise_error", expressions=[told])
    return exp.Anonymous(this="if", expressions=[is_refused, refusal, given])


def _is_said(given: exp.Expression) -> bool:
    """Return whether a value needs no check: its type is known, or checking would run a subquery twice."""
    inner = given.unnest()
    if isinstance(inner, exp.Literal):
        return bool(inner.is_string or inner.is_int)
    if isinstance(inner, exp.Cast):
        return inner.to.this in _PLAIN
    if isinstance(inner, exp.Case):
        chosen = [each.args["true"] for each in inner.args["ifs"]]
        return all(map(_is_said, [*chosen, inner.args.get("default") or exp.null()]))
    if isinstance(inner, exp.Coalesce):
        return all(map(_is_said, [inner.this, *inner.expressions]))
    return isinstance(inner, _SAID) or inner.find(exp.Query) is not None
