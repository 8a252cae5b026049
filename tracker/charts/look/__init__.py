"""The look of every figure: caption, fonts, colours, labels that do not overlap, files that are the same bytes."""
