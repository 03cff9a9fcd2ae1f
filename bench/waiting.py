"""Waiting for a server to answer."""

import time
from http.client import HTTPConnection

PATIENCE = 60  # seconds


def until_it_answers(port: int, begun: float, patience: float = PATIENCE) -> float:
    """Seconds since `begun` until the server answers."""
    while time.perf_counter() - begun < patience:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return time.perf_counter() - begun
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise SystemExit(f"The server did not answer within {patience:.0f} seconds")
