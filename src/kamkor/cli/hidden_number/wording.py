"""What may be said of a result."""

from kamkor.methods.prevalence.results import Result, Status


def figure(result: Result) -> str:
    """What may be said of a result: a figure with its interval, a range alone, or nothing."""
    if result.total is None:
        return "no figure"
    if result.interval is None:
        return f"about {result.total:,.0f}" if result.status is Status.ESTIMATE else "no range was computed"
    low, high = f"{result.interval.low:,.0f}", f"{result.interval.high:,.0f}"
    if result.status is Status.INDICATION:
        return f"{low} to {high}"
    return f"{result.total:,.0f} ({low} to {high})"
