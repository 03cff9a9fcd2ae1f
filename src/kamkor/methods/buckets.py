"""Token buckets in memory: whoever comes seldom never waits, whoever floods waits for the next token."""

from collections import OrderedDict


class Buckets:
    """One bucket for each key: `size` at once, then one token every `seconds`. The oldest are forgotten."""

    def __init__(self, size: int, seconds: float, *, most: int = 20_000) -> None:
        self.size, self.seconds, self.most = size, seconds, most
        self._held: OrderedDict[bytes, tuple[float, float]] = OrderedDict()  # key: tokens, when

    def take(self, key: bytes, now: float, *, cost: int = 1) -> float:
        """Take a token, or more for what takes long; the seconds to wait where there are too few, else 0."""
        tokens, since = self._held.pop(key, (float(self.size), now))
        tokens = min(self.size, tokens + max(0.0, now - since) / self.seconds)
        wait = 0.0 if tokens >= cost else (cost - tokens) * self.seconds
        self._held[key] = (tokens if wait else tokens - cost, now)
        while len(self._held) > self.most:
            self._held.popitem(last=False)
        return wait
