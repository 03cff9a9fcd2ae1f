"""What is claimed to be fast, measured: `python -m bench` runs all of it and writes docs/benchmarks.md."""
