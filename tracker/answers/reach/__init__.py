"""How far an answer reaches: which part of the Hub its nights cover, and why it has no rows."""
