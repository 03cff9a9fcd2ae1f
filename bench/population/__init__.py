"""A country's worth of invented people, made in minutes: what a stage's database is filled with."""
