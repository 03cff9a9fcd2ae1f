"""Data for everybody: protected tables and released records, signed by two, each version at its address."""
