"""Plots of panels side by side, each with a scale of its own: what they show has no unit in common."""
