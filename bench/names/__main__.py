"""The table of names alone."""

from bench.names import main
from bench.options import options

main(options())
