"""A synthetic Hub: seeded, of any size, with real root models and made-up derivatives, and with a known truth."""

from tracker.demo.synthetic.ecosystem import SyntheticEcosystem
from tracker.demo.synthetic.truth import TrueRoot, Truth

__all__ = ["SyntheticEcosystem", "TrueRoot", "Truth"]
