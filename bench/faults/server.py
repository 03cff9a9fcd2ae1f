"""The server under test: Granian as `kamkor serve` runs it, with several workers and a clock that can be set.

Run as a process of its own. The clock is as many seconds off as the file BENCH_CLOCK says.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

THREADS = 4


def shifted() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(CLOCK.read_text() or 0))


CLOCK = Path(os.environ["BENCH_CLOCK"])
timezone.now = shifted  # before any model takes it as the default of a column


def main() -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    import kamkor.wsgi  # once: workers are forked, and a killed one is there again at once

    assert kamkor.wsgi.application
    Granian(
        "kamkor.wsgi:application",
        port=int(os.environ["BENCH_PORT"]),
        interface=Interfaces.WSGI,
        workers=int(os.environ["BENCH_WORKERS"]),
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.critical,
    ).serve()


if __name__ == "__main__":
    main()
