"""See the module of each page."""
