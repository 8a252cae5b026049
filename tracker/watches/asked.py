"""What may be watched for: names that can be none are refused before they are kept."""

from __future__ import annotations

from tracker.errors import SettingsError
from tracker.watches.watch import Watch

LONGEST = 200  # letters of a name or pattern


def check(watch: Watch) -> None:
    """Raise SettingsError for names and numbers that no watch of the kind can have."""
    for name in watch.names:
        if not name.strip() or len(name) > LONGEST or not name.isprintable():
            raise SettingsError(f"{name!r} is no name: write one of at most {LONGEST} letters")
    first = watch.names[0]
    if watch.kind in ("removed", "derivatives-of") and first.count("/") != 1:
        pattern = f" or '{first.strip('/')}/*'" if watch.kind == "removed" else ""
        raise SettingsError(f"{first!r} is no model: write NAMESPACE/NAME{pattern}")
    if watch.kind == "derivatives-of" and "*" in first:
        raise SettingsError(f"{first!r} is a pattern: write one model, NAMESPACE/NAME")
    if watch.kind == "publisher" and ("/" in first or "*" in first):
        raise SettingsError(f"{first!r} is no publisher: write its namespace, as in {first.split('/')[0] or 'Qwen'}")
    if len({name.casefold() for name in watch.names}) < len(watch.names):
        raise SettingsError(f"{first} cannot overtake itself; name two families")
