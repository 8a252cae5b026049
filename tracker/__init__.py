"""Which base models the Hugging Face Hub builds on, where they come from, and how that is changing."""

__version__ = "0.1.0"
