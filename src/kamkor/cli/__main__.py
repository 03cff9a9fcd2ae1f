"""Lets `python -m kamkor.cli` do what `kamkor` does."""

from kamkor.cli import main

main(prog_name="kamkor")
