"""Linkage: an invented population with its noise, and how well and how fast its people are found again.

`python -m bench.linkage 100000` leaves out what is larger.
"""

from bench.linkage.measure import main

__all__ = ["main"]
