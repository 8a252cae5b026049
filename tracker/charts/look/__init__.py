"""The look of every figure: scenes, colours, type, numbers, and the files that figures are written as."""
