"""Write figures to files that are the same, byte for byte, when the data is the same."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from tracker.charts.look.colors import Theme
from tracker.charts.look.style import styled
from tracker.errors import SettingsError, StoreError

KINDS = {".svg": "svg", ".png": "png", ".pdf": "pdf"}


def save(figure: Figure, path: Path, title: str, theme: Theme) -> Path:
    """Write the figure as the file's suffix says (.svg, .png, .pdf) and return the path."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise SettingsError(f"{path}: a chart is written as .svg, .png or .pdf")
    metadata: dict[str, str | None] = {"Title": title}
    if kind == "svg":
        metadata["Date"] = None
    if kind == "pdf":
        metadata["CreationDate"] = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with styled(theme):  # how SVG is written is decided at this moment, not when it was drawn
            figure.savefig(path, format=kind, metadata=metadata)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from error
    return path
