"""Proof of work: what a form costs its sender, and nobody who checks it. Nothing is told of the sender."""

import hashlib

BITS = 14  # some 16,000 tries: a second on an old telephone, and dear for whoever sends thousands


def is_done(mark: str, answer: str) -> bool:
    """Whether `answer` was looked for: the hash of both begins with so many noughts."""
    if not mark or not answer.isdecimal() or len(answer) > 12:
        return False
    found = hashlib.sha256(f"{mark}:{answer}".encode()).digest()
    return int.from_bytes(found[:4], "big") >> (32 - BITS) == 0


def do(mark: str) -> str:
    """The answer, as a browser finds it."""
    return next(str(number) for number in range(2**40) if is_done(mark, str(number)))
