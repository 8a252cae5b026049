"""What pins an answer down: its ids, what it was made of, and whether a saved one is still what a copy says."""
