"""Keeping people in published tables from being recognised."""
