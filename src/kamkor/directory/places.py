"""Places as the code list has them: what lies within what."""

from kamkor.base import codelists


def chain(code: str) -> list[str]:
    """A place and the places it lies in, smallest first."""
    places = codelists.entries("place")
    found: list[str] = []
    while code and code not in found:
        found.append(code)
        code = places[code].parent if code in places else ""
    return found


def oblast(code: str) -> str:
    """The first-level unit that a place lies in; empty for none."""
    return chain(code)[-1] if code else ""


def rayon(code: str) -> str:
    """The second-level unit that a place lies in, or the first-level one where no more is known."""
    found = chain(code)
    return found[-2] if len(found) > 1 else "".join(found)
