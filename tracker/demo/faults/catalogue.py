"""All fault modes by their code: every subclass of Mode in this package."""

from __future__ import annotations

import importlib
import pkgutil

from tracker.demo import faults
from tracker.demo.faults.mode import Mode

for _module in pkgutil.iter_modules(faults.__path__):
    if _module.name not in ("catalogue", "spec"):
        importlib.import_module(f"{faults.__name__}.{_module.name}")

MODES: dict[str, Mode] = {
    mode.code: mode() for mode in sorted(Mode.__subclasses__(), key=lambda mode: int(mode.code.removeprefix("F")))
}
