"""A tidy tree of what is built on a root: branches to the right, on a phone an indented list.

What is hidden is counted. The style of a line is the relation, the number beside a name counts what is below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Sizes
from tracker.charts.look import type as letters
from tracker.charts.look.scene import Point, Scene

STYLES: dict[str, tuple[str, tuple[float, float] | None]] = {
    "finetune": ("fine-tune", None),
    "adapter": ("adapter", (6, 3)),
    "quantized": ("quantization", (1.2, 3.4)),
    "merge": ("merge", (12, 4)),
}
SHOWN = ((6, 3, 2), (6, 2, 2), (5, 2, 2), (5, 2, 1), (4, 2, 1), (3, 2, 1), (3, 1, 1), (2, 1, 0))  # by depth
_ROWS = {False: 27, True: 22}  # that a tree may take, wide and on a phone
_BENDS = 8


@dataclass(frozen=True)
class Node:
    """A model: the name as it is shown, how many are below it, its largest branches first; `whole` is its id."""

    name: str
    whole: str
    relation: str = ""
    below: int = 0
    branches: Sequence[Node] = ()
    hidden: int = 0  # branches that are not among `branches`
    hidden_below: int = 0

    def told(self) -> list[str]:
        """Return what hovering says."""
        relation = [f"relation\t{self.relation}"] if self.relation else []
        return [self.whole, *relation, f"derivatives below\t{self.below:,}"]


@dataclass(frozen=True)
class Tree:
    """A tree to the third level below its root, in the colours of its origin."""

    root: Node
    role: str
    ink: str

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width, as high as its rows need."""
        look = axes.sizes(width)
        row = 21.0 if look.is_narrow else 22.0
        most = _ROWS[look.is_narrow] if height is None else max(8, int((height - 60) / row))
        root = _fitted(self.root, most, look.is_narrow)
        scene = Scene(width, 0)
        top = self._key(scene, look)
        if look.is_narrow:
            _List(scene, look, self.role, self.ink, row).draw(root, top)
        else:
            _Branches(scene, look, self.role, self.ink, row).draw(root, top)
        return scene

    def _key(self, scene: Scene, look: Sizes) -> float:
        """Draw what lines and numbers mean; return where the tree begins."""
        x, y = 0.0, 10.0
        used = _relations(self.root)
        words = [(text, dash) for name, (text, dash) in STYLES.items() if name in used]
        words += [("other or undeclared", None)] * bool(used - set(STYLES))
        for text, dash in words:
            wide = letters.width(text, look.small)
            if x and x + 34 + wide > scene.width:
                x, y = 0.0, y + 18
            role = "axis" if text.startswith("other") else "muted"
            scene.line([(x, y), (x + 26, y)], role, 1.8, dash=dash)
            scene.text(x + 32, y + 4, text, look.small, "muted")
            x += 32 + wide + 20
        number = "number = derivatives below"
        if x + letters.width(number, look.small) > scene.width:
            y += 18
        scene.text(scene.width, y + 4, number, look.small, "muted", anchor="end")
        return y + 20


@dataclass
class _Branches:
    """The wide form: a column for each level, a branch's row in the middle of those below it."""

    scene: Scene
    look: Sizes
    role: str
    ink: str
    row: float
    rows: int = 0
    columns: list[float] = field(default_factory=list)

    def draw(self, root: Node, top: float) -> None:
        wide = self.scene.width
        self.columns = [wide * 0.185, wide * 0.3, wide * 0.51, wide * 0.72]
        self.top = top
        y = self._below(root, 0, (self.columns[0] + 8, None))
        self.scene.height = top + self.row * self.rows + 6
        x, room = self.columns[0], self.columns[0] - 12
        self.scene.dot(x, y, 7, self.role, "bg")
        lines = letters.wrap(root.name, self.look.label, room, letters.BOLD)[:2]
        for at, text in enumerate(lines):
            base = y - 2 + 16 * (at - len(lines) + 1)
            self.scene.text(x - 12, base, text, self.look.label, self.ink, anchor="end", face=letters.BOLD)
        self.scene.text(x - 12, y + 14, f"{root.below:,} derivatives", self.look.small, "muted", anchor="end")
        self.scene.hover(0, y - 22, x + 8, 44, root.told())

    def _below(self, node: Node, depth: int, start: tuple[float, float | None]) -> float:
        """Draw what is below a node; return the node's own height."""
        first = self.rows
        ends: list[tuple[Node | None, float]] = [(each, self._node(each, depth + 1)) for each in node.branches]
        if node.hidden:
            y = self._next()
            ends.append((None, y))
            self.scene.text(self.columns[depth + 1] + 2, y + 4, _more(node), self.look.small, "muted")
        if not ends:
            return self._next()
        y = (ends[0][1] + ends[-1][1]) / 2 if self.rows > first + 1 else ends[0][1]
        for end, level in ends:
            self._branch((start[0], y), (self.columns[depth + 1] - 7, level), end)
        return y

    def _node(self, node: Node, depth: int) -> float:
        x, size = self.columns[depth], self.look.small + 1
        is_leaf = not node.branches and not node.hidden
        number = f" {node.below:,}" if node.below else ""
        taken = letters.width(number, self.look.small)
        room = (self.scene.width if is_leaf else self.columns[depth + 1] - 34) - x - 10 - taken
        name = letters.cut(node.name, size, room)
        end = x + 10 + letters.width(name, size) + taken
        y = self._below(node, depth, (end + 5, None))
        self.scene.dot(x, y, 3.4 if node.below else 2.4, self.role)
        self.scene.text(x + 10, y + 4, node.name, size, room=room)
        if number:
            self.scene.text(end, y + 4, number.strip(), self.look.small, "muted", anchor="end")
        self.scene.hover(x - 8, y - self.row / 2, end - x + 8, self.row, node.told())
        return y

    def _next(self) -> float:
        self.rows += 1
        return self.top + self.row * (self.rows - 0.5)

    def _branch(self, start: Point, end: Point, branch: Node | None) -> None:
        role, width, dash = _style(branch, self.role)
        self.scene.line(_bend(start, end), role, width, dash=dash, opacity=0.75)


@dataclass
class _List:
    """The narrow form: a row for each model, indented by its level, numbers at the right."""

    scene: Scene
    look: Sizes
    role: str
    ink: str
    row: float
    rows: int = 0

    def draw(self, root: Node, top: float) -> None:
        self.top = top
        y = self._next()
        self.scene.dot(6, y, 6, self.role, "bg")
        size, number = self.look.label, f"{root.below:,}"
        room = self.scene.width - 18 - letters.width(number, size) - 8
        self.scene.text(18, y + 4.5, root.name, size, self.ink, face=letters.BOLD, room=room)
        self.scene.text(self.scene.width, y + 4.5, number, self.look.small, "muted", anchor="end")
        self.scene.hover(0, y - self.row / 2, self.scene.width, self.row, root.told())
        self._below(root, 1, y)
        self.scene.height = top + self.row * self.rows + 4

    def _below(self, node: Node, depth: int, above: float) -> None:
        x, size = 20.0 * depth + 2, self.look.small + 0.5
        for branch in node.branches:
            y = self._next()
            role, width, dash = _style(branch, self.role)
            self.scene.line([(x - 16, above + 5), (x - 16, y), (x - 5, y)], role, width, dash=dash, opacity=0.75)
            self.scene.dot(x, y, 3.2 if branch.below else 2.4, self.role)
            number = f"{branch.below:,}" if branch.below else ""
            room = self.scene.width - x - 8 - letters.width(number, self.look.small) - 8
            self.scene.text(x + 8, y + 4, branch.name, size, room=room)
            self.scene.text(self.scene.width, y + 4, number, self.look.small, "muted", anchor="end")
            self.scene.hover(x - 8, y - self.row / 2, self.scene.width - x + 8, self.row, branch.told())
            self._below(branch, depth + 1, y)
        if node.hidden:
            y = self._next()
            self.scene.line([(x - 16, above + 5), (x - 16, y), (x - 5, y)], "axis", 1.2)
            self.scene.text(x + 2, y + 4, _more(node), self.look.small, "muted")

    def _next(self) -> float:
        self.rows += 1
        return self.top + self.row * (self.rows - 0.5)


def _fitted(root: Node, most: int, is_narrow: bool) -> Node:
    """Return the tree with as many branches as `most` rows have room for."""
    tree = root
    for numbers in SHOWN:
        tree = _pruned(root, numbers)
        if sum(1 for _ in _rows(tree, is_narrow)) <= most:
            break
    return tree


def _pruned(node: Node, numbers: Sequence[int]) -> Node:
    """Return a node with the first of its branches by level; one that would be alone among the hidden ones stays."""
    most = numbers[0] if numbers else 0
    kept = node.branches if len(node.branches) + node.hidden <= most + 1 and numbers else node.branches[:most]
    gone = node.branches[len(kept) :]
    return replace(
        node,
        branches=[_pruned(branch, numbers[1:]) for branch in kept],
        hidden=node.hidden + len(gone),
        hidden_below=node.hidden_below + sum(branch.below for branch in gone),
    )


def _rows(node: Node, is_narrow: bool) -> Iterator[int]:
    """Yield once for each row that a tree takes: of the wide form leaves alone, of the narrow one all."""
    if is_narrow or not (node.branches or node.hidden):
        yield 1
    for branch in node.branches:
        yield from _rows(branch, is_narrow)
    if node.hidden:
        yield 1


def _more(node: Node) -> str:
    return f"and {node.hidden:,} more" + (f" (+{node.hidden_below:,} below)" if node.hidden_below else "")


def _style(branch: Node | None, role: str) -> tuple[str, float, tuple[float, float] | None]:
    if branch is None:
        return "axis", 1.2, None
    if branch.relation not in STYLES:
        return "axis", 1.6, None
    return role, 1.6, STYLES[branch.relation][1]


def _relations(node: Node) -> set[str]:
    return {branch.relation for branch in node.branches}.union(*(_relations(branch) for branch in node.branches))


def _bend(start: Point, end: Point) -> list[Point]:
    """Return a curve that leaves and arrives level."""
    if start[1] == end[1]:
        return [start, end]
    parts = [at / _BENDS for at in range(_BENDS + 1)]
    across, down = end[0] - start[0], end[1] - start[1]
    return [(start[0] + across * part, start[1] + down * part * part * (3 - 2 * part)) for part in parts]
