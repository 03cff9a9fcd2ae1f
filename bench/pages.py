"""Five pages and forms beside the same pages of a plain Django project."""

from bench.options import Options, options
from bench.stage import on_each

ABOUT = """## Pages beside bare Django

Each page is asked for in turn on both sides. *Bare* is a plain Django project: the same views, querysets and
templates with Django's own sessions, signing in, marks against forged forms, messages and languages, but
without policy, narrowing of rows, vault (texts are columns), access log, second wall and our middleware.
*Ratio* is bare CPU time divided by ours, of the median request: the promise is 0.5 or more. *Requests/s* is
what one core gives. The last two columns are the CPU time that the database's own process took for it.
"""


def main(given: Options) -> None:
    print(ABOUT)
    on_each("bench.measures.pages", given)


if __name__ == "__main__":
    main(options())
