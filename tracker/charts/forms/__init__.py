"""Forms that several charts share: axes, labels that do not overlap, lines, stacks, dots; plots of any width."""
