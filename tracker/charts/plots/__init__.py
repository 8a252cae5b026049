"""Plots that one chart each draws: they take positions, values and names, and give a scene of any width."""
