"""Rows of the table of who may do what (`kamkor.access.policy`), by what they are about."""
