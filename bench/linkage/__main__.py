"""Shows the section of linkage without writing it, up to the number of rows that is given."""

import sys

from bench.linkage import main
from bench.options import Options

main(Options({}, 1), int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
