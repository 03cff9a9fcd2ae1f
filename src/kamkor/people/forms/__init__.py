"""See the module of each noun."""
