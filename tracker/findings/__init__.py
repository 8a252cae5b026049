"""What figures allow a sentence to state: bounds and chance are asked first, and where they forbid it nothing is said.

Frames and numbers come in, a sentence goes out, empty where there is no finding. Titles are made of these.

May import: nothing.
"""
