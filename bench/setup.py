"""Seconds of `make run` on a clean clone; only when named, as it loads packages from the network."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from socket import socket

from bench.options import Options, options
from bench.stage import ROOT
from bench.waiting import until_it_answers

PORT, PATIENCE = 8000, 900
ABOUT = """## A clean clone

From `git clone` of a copy at hand until `make run` answers: a virtual environment, Python and front-end
packages, the front end, the databases, code lists and the demonstration. What a package manager keeps
from earlier downloads is used, as on a machine where somebody works. The second
start is the same command again.
"""


def main(_given: Options) -> None:
    with socket() as probe:
        if probe.connect_ex(("127.0.0.1", PORT)) == 0:
            raise SystemExit(f"Something serves at port {PORT} already")
    print(ABOUT)
    with tempfile.TemporaryDirectory() as folder:
        clone = f"{folder}/kamkor"
        begun = time.perf_counter()
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        first = started(clone, begun)
        second = started(clone, time.perf_counter())
    print("| Step | Seconds by the clock |\n|---|--:|")
    print(f"| `make run` until it answers | {first:.0f} |\n| `make run` once more | {second:.1f} |")


def started(clone: str, begun: float) -> float:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KAMKOR_", "PYTHON"))}
    made = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=own | {"KAMKOR_HOME": f"{clone}/var"},
        stdout=sys.stderr,
        start_new_session=True,
    )
    try:
        return until_it_answers(PORT, begun, PATIENCE)
    finally:
        os.killpg(made.pid, signal.SIGTERM)
        made.wait(60)


if __name__ == "__main__":
    main(options())
