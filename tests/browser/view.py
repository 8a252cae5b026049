"""A page as a reader has it: opened in a context of its own, with what it asked for and what it complained of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_SEEN = (Path(__file__).parent / "seen.js").read_text(encoding="utf-8")


class View:
    """One page in one width and theme. `asked` are addresses that it requested, `said` what its console holds."""

    def __init__(self, browser: Any, address: str, width: int, theme: str, options: dict[str, Any]) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce", **options
        )
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(address)

    def seen(self, function: str, *arguments: Any) -> Any:
        """Return what a function of seen.js finds in the page."""
        return self.page.evaluate(f"(given) => {{ {_SEEN}; return {function}(...given); }}", list(arguments))

    def close(self) -> None:
        """Close the page and its context."""
        self.context.close()
