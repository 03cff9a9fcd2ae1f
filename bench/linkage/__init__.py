"""Linkage: an invented population with its noise, and how well and how fast its people are found again."""
