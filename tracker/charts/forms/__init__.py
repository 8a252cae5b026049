"""Forms that several charts share: axes, labels that do not overlap, lines, stacks, dots; each is a plot of any width."""
