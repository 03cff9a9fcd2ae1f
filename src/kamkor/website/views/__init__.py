"""Pages of the public door: one module a subject."""
