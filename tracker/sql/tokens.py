"""SQL as tokens: its `$name` parameters, and what it calls. Imports nothing heavy, as the lean process needs it."""

from __future__ import annotations

import re

# what must be taken whole, then the parameter itself; what is not closed reaches to the end, so that each character
# is looked at once, whatever strangers write
TOKENS = re.compile(
    r"""
    (?P<string>'[^']*(?:''[^']*)*(?:'|\Z))
    | "(?P<identifier>[^"]*(?:""[^"]*)*)(?:"|\Z)
    | (?P<comment>--[^\n]* | /\*.*?(?:\*/|\Z))
    | (?P<dollars>\$\$.*?(?:\$\$|\Z))
    | \$(?P<name>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)


def parameters(sql: str) -> list[str]:
    """Return the names of the parameters that `sql` asks for, each once."""
    return list(dict.fromkeys(match["name"] for match in TOKENS.finditer(sql) if match["name"]))


def called(sql: str) -> list[str]:
    """Return the names of all functions that `sql` calls, as written, those inside strings left out."""

    def plain(match: re.Match[str]) -> str:
        if match["string"] is not None or match["dollars"] is not None:
            return "''"
        if match["comment"] is not None:
            return " "
        return match["identifier"] or match[0]

    return re.findall(r"\b(\w+)\s*\(", TOKENS.sub(plain, sql))
