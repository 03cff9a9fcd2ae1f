"""What may be said of a result."""

from kamkor.methods.prevalence.results import Result, Status


def figure(result: Result, *, per: float = 1) -> str:
    """What may be said of a result: a figure with its interval, a range alone, or nothing; for each `per`."""

    def said(total: float) -> str:
        return f"{total:,.0f}" if per == 1 else f"{total / per:,.1f}"

    if result.total is None:
        return "no figure"
    if result.interval is None:
        return f"about {said(result.total)}" if result.status is Status.ESTIMATE else "no range was computed"
    low, high = said(result.interval.low), said(result.interval.high)
    if result.status is Status.INDICATION:
        return f"{low} to {high}"
    return f"{said(result.total)} ({low} to {high})"
