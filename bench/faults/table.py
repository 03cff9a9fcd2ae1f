"""What a run found, as the page of the documentation."""

from typing import Any

HEAD = """# Faults

What became of the work of people while workers were killed, the disk was full, the database stopped and the
clock jumped. `make faults` does all of it again on both databases and writes this page. Six people with
sessions of their own record contacts, write notes, upload files and send referrals through real Granian
workers; each sends a form again, under the same mark, until it is acknowledged. In the end every
acknowledged text must be in the database once, sealed and readable by its desk, with one entry in the
access log; the log is sealed and verified; no file is without its key. The page of every failure must say
that nothing was saved (or, where the answer to a commit did not come, that nobody knows; the same form sent
again counts once) and give the text back. Who is led to unlocking, because the clock says that nobody was
there for hours, unlocks and sends the form again: that way is no acknowledgement.

"""
EARLIER = "\n## What earlier runs found"  # written by hand: kept
MEANING = {
    "kill": "`kill -9` of a worker at work",
    "two_at_once": "two people change one note at once",
    "clock": "the clock jumps (2 hours back, 5 hours on, back again)",
    "jobs_twice": "`kamkor tick` and sealing of the log, two of each at once",
    "restart": "the database stops: PostgreSQL without shutting down, SQLite held for 3 s by another program",
    "full_disk": "not a byte left on the disk",
}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def page(results: list[dict[str, Any]]) -> str:
    lines = [HEAD, "| Fault | " + " | ".join(NAMES[result["engine"]] for result in results) + " |"]
    lines.append("|---|" + "---|" * len(results))
    lines += [
        f"| {meaning} | " + " | ".join(scene(result["scenes"].get(name)) for result in results) + " |"
        for name, meaning in MEANING.items()
    ]
    rows = {
        "forms sent until acknowledged": "deeds",
        "of them sent more than once": "sent again",
        "acknowledged": "acknowledged",
        "failures that the server wrote down, with where": "failures",
        "the access log": "log",
        "seconds": "seconds",
    }
    lines += [
        f"| {said} | " + " | ".join(told(each[key]) for each in results) + " |" for said, key in rows.items()
    ]
    lines.append("| answers | " + " | ".join(answers(each["answers"]) for each in results) + " |")
    lines.append(
        "| **lost, doubled or unsaid** | " + " | ".join(wrong(each["wrong"]) for each in results) + " |"
    )
    return "\n".join(lines) + "\n"


def scene(figures: dict[str, Any] | None) -> str:
    if figures is None:
        return "not run"
    rest = {name: value for name, value in figures.items() if name != "times"}
    return f"{figures['times']} times; " + ", ".join(f"{name} {value}" for name, value in rest.items())


def told(figure: Any) -> str:
    return answers(figure) if isinstance(figure, dict) else str(figure)


def answers(counted: dict[str, int]) -> str:
    return ", ".join(f"{status}: {times}" for status, times in sorted(counted.items())) or "none"


def wrong(found: list[str]) -> str:
    return "; ".join(found[:5]) if found else "none"
