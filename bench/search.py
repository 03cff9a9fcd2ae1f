"""Name search over sealed names, beside pg_trgm over open ones; and what a thief reads from either index."""

import hmac
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TypeVar

from bench.names.people import Population
from bench.names.sets import Set, make
from bench.options import Options, options
from tests import postgres

if TYPE_CHECKING:
    from kamkor.vault import names
    from kamkor.vault.keyring import Keyring
    from kamkor.vault.models import Holder

ROOT = Path(__file__).parent.parent
ASKED, TOP = 300, 10
BUCKETS = 4096
COMMON, ROUNDS = 100, 100  # words that the thief goes for, and how often he tries again
MADE, EXTRA = "BENCH_SEARCH", "BENCH_SEARCH_ADMIN"
HEAD = """## Name search over sealed names

All people are files of one desk. Sealed: the index of buckets, opened and ranked by the program. Open: the
folded names in a column with a GIN index of `pg_trgm`, which a thief of the database reads as they are. The
queries are those of the held-back set and go to both in turn; times are by the clock, from query to answer.

| Database | Persons | Way | Right among ten | p50 ms | p95 ms | p95, ratio |
|---|---:|---|---:|---:|---:|---:|"""
ATTACK = """
A thief who has the whole database, and a public list of how common each name is and which ones go together,
matches the two for the {common} most common words. An index that keeps a keyed hash of each word with the
person is read so in {naive} of {common}, and {people:.0%} of {persons:,} people have a name read. The rows of
the index of buckets name nobody, so that nothing tells which go together: by rank alone, and knowing how
names are folded, he places {placed} of {common} buckets, each a pair of sounds that {words:,.0f} unlike
names of whole people share, and no person has a name read.
"""

TRIED = """
What was tried. A bucket for each word, as it was before, holds every thirtieth person for a common name: at
100,000 persons p95 was 3.0 times that of `pg_trgm`, at a million 0.7 of it with no better recall, since what
may be opened had to be limited. Keys of two or three consonants instead of four open up to twice as much; two
first letters of the other word instead of one lose a twentieth of recall. Stopping at 0.88 instead of 0.93
once two portions were opened, other readings before slips, and small portions halve what the slowest queries
open. Of what the slowest cost on SQLite a seventh is the database's, a quarter opens entries, and the rest
compares words.
"""

Ask = Callable[[str], list[int]]
Seen = TypeVar("Seen", int, str)  # the number of a bucket, or a hashed word


def main(given: Options) -> None:
    print(HEAD, flush=True)
    sizes = [("sqlite", given.sizes["sqlite"])] if "sqlite" in given.sizes else []
    if "postgresql" in given.sizes:
        sizes += [("postgresql", size) for size in sorted({*given.sizes.values()})]
    for engine, persons in sizes:
        _in_own_process(engine, persons)
    print(attack(min(given.sizes.values())) + TRIED, flush=True)


def _in_own_process(engine: str, persons: int) -> None:
    """In a throw-away database; the settings are read once, so in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="kamkor-search-") as home:
        own = {name: value for name, value in os.environ.items() if not name.startswith("KAMKOR_")}
        env = own | {
            "KAMKOR_HOME": home,
            "KAMKOR_SECRET_KEY": "only-for-the-bench",
            "KAMKOR_KDF_MEMORY_KIB": "64",
            "DJANGO_SETTINGS_MODULE": "kamkor.settings",
            MADE: str(persons),
        }
        if engine == "postgresql":
            cluster = postgres.cluster()
            for setting, name in (("DATABASE", "search"), ("KEYS_DATABASE", "search_keys")):
                cluster.create_database(name)
                env[f"KAMKOR_{setting}"] = cluster.url(postgres.APPLICATION, name)
                env[f"KAMKOR_OWNER_{setting}"] = cluster.url(postgres.OWNER, name)
            cluster.admin("search").execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            env[EXTRA] = cluster.url(postgres.OWNER, "search")
        as_owner = env | {"KAMKOR_AS_OWNER": "yes"}
        migrate = [sys.executable, "-m", "kamkor.cli", "migrate"]
        subprocess.run(migrate, cwd=ROOT, env=as_owner, check=True, stdout=subprocess.DEVNULL)
        sys.stdout.flush()
        subprocess.run([sys.executable, "-m", "bench.search"], cwd=ROOT, env=env, check=True)


def measure(persons: int) -> None:
    """Print the rows of one database; runs where Kamkor's settings point at it."""
    import django

    django.setup()
    from kamkor.base import wall
    from kamkor.vault.names import find

    data = make(persons, ASKED, held_back=True)
    with wall.acting(None, scope="all"):
        ring, desk, secret = _desk()
    _fill(desk, secret, data)
    with wall.acting(None, scope="all"):
        ways: dict[str, Ask] = {
            "sealed, buckets": lambda query: [match.id for match in find(ring, desk, query, top=TOP)]
        }
        if EXTRA in os.environ:
            ways["open, pg_trgm"] = _open(data, os.environ[EXTRA])
        times, right = _asked(data, ways)
    engine = "PostgreSQL" if EXTRA in os.environ else "SQLite"
    for way in ways:
        ordered = sorted(times[way])
        p50, p95 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95))
        beside = sorted(times["open, pg_trgm"])[int(ASKED * 0.95)] if len(ways) > 1 else p95
        ratio = f"{p95 / beside:.2f}" if len(ways) > 1 else ""
        found = f"{right[way] / len(data.queries):.3f}"
        print(
            f"| {engine} | {persons:,} | {way} | {found} | {p50:.0f} | {p95:.0f} | {ratio} |",
            flush=True,
        )


def _asked(data: Set, ways: dict[str, Ask]) -> tuple[dict[str, list[float]], Counter[str]]:
    times: dict[str, list[float]] = {way: [] for way in ways}
    right: Counter[str] = Counter()
    for query in data.queries:
        for way, ask in ways.items():
            start = time.perf_counter()
            found = ask(query.text)
            times[way].append(1000 * (time.perf_counter() - start))
            right[way] += any(data.right(query, number) for number in found)
    return times, right


def _desk() -> "tuple[Keyring, Holder, names._Secret]":
    """A desk with one member, and the secret under which its names are filed."""
    from django.db import transaction

    from kamkor.vault import desks, names
    from kamkor.vault.keyring import Keyring

    desk, first = desks.new_desk(custody="staff")
    member = desks.new_member("plain words for the bench")
    desks.admit(first, desk, member)
    ring = Keyring.unlock(member, "plain words for the bench")
    with transaction.atomic():
        return ring, desk, names._newest(ring, desk, names.INDEX)


def _fill(desk: "Holder", secret: "names._Secret", data: Set) -> None:
    """As `index_new` does, in the way of a database that takes over a million people."""
    from kamkor.vault import names
    from kamkor.vault.models import NameEntry

    entries = (
        entry
        for number, person in enumerate(data.people)
        for entry in names._entries_of(secret, desk, number, [person.written])
    )
    if EXTRA not in os.environ:
        NameEntry.objects.bulk_create(entries, batch_size=500)
        return
    import psycopg

    with psycopg.connect(os.environ[EXTRA], autocommit=True) as connection:
        statement = "COPY vault_nameentry (token, holder_id, index_id, bucket, sealed) FROM STDIN"
        with connection.cursor().copy(statement) as copy:
            for entry in entries:
                copy.write_row((entry.token, entry.holder_id, entry.index_id, entry.bucket, entry.sealed))
        connection.execute("VACUUM ANALYZE vault_nameentry")


def _open(data: Set, url: str) -> Ask:
    import psycopg

    from kamkor.methods.names import fold

    connection = psycopg.connect(url, autocommit=True)
    connection.execute("CREATE TABLE open_name (id integer, folded text)")
    with connection.cursor().copy("COPY open_name FROM STDIN") as copy:
        for number, person in enumerate(data.people):
            copy.write_row((number, fold(person.written)))
    connection.execute("CREATE INDEX ON open_name USING gin (folded gin_trgm_ops)")
    connection.execute("ANALYZE open_name")
    near = "SELECT id FROM open_name WHERE folded % %s ORDER BY similarity(folded, %s) DESC, id LIMIT 10"
    statement = near.replace("% %s", "%% %s")

    def ask(query: str) -> list[int]:
        folded = fold(query)
        return [row[0] for row in connection.execute(statement.encode(), [folded, folded])]

    return ask


def attack(persons: int) -> str:
    """Both indexes of the same people, read with a public list made of others with the same names."""
    from kamkor.methods.name_buckets import buckets_of

    rng = Random(7)
    population = Population(rng, held_back=True)
    people, others = ([_words(population) for _ in range(persons)] for _ in range(2))
    key = rng.randbytes(32)
    hashed = {word: _token(key, word) for own in (*people, *others) for word in own}
    tokens = [{hashed[word] for word in own} for own in people]
    read = {word for token, word in _matched(tokens, others).items() if hashed[word] == token}
    buckets, public, words = Counter[int](), Counter[str](), defaultdict[str, set[tuple[str, ...]]](set)
    bucket = cache(lambda sounds: int(_token(key, sounds), 16) % BUCKETS)
    for own in people:
        buckets.update(set(map(bucket, buckets_of(" ".join(own)))))
    for own in others:
        for sounds in buckets_of(" ".join(own)):
            public[sounds] += 1
            words[sounds].add(tuple(sorted(own)))
    placed = [sounds for rank, sounds in _by_rank(buckets, public) if bucket(sounds) == rank]
    return ATTACK.format(
        common=COMMON,
        naive=len(read),
        people=sum(not read.isdisjoint(own) for own in people) / persons,
        persons=persons,
        placed=len(placed),
        words=sum(len(words[sounds]) for sounds in placed) / max(len(placed), 1),
    )


def _matched(tokens: list[set[str]], words: list[set[str]]) -> dict[str, str]:
    """So that what goes together in one goes together in the other, beginning with the ranks."""
    import numpy as np
    from scipy.optimize import quadratic_assignment

    seen, known = (Counter(word for own in people for word in own) for people in (tokens, words))
    ranked = list(_by_rank(seen, known))
    of_tokens, of_words = ([pair[side] for pair in ranked] for side in (0, 1))
    together = (np.sqrt(_beside(tokens, of_tokens)), np.sqrt(_beside(words, of_words)))
    begin = (np.eye(len(ranked)) + 1 / len(ranked)) / 2
    found = quadratic_assignment(
        *together, method="faq", options={"maximize": True, "P0": begin, "maxiter": ROUNDS}
    ).col_ind
    return {token: of_words[at] for token, at in zip(of_tokens, found, strict=True)}


def _beside(people: list[set[str]], common: list[str]) -> list[list[int]]:
    """How many people have both words; with itself, how many have it."""
    counts = Counter(pair for own in people for pair in product(own.intersection(common), repeat=2))
    return [[counts[one, other] for other in common] for one in common]


def _words(population: Population) -> set[str]:
    from kamkor.methods.names import words

    return set(words(population.person(0).written))


def _by_rank(seen: Counter[Seen], known: Counter[str]) -> Iterator[tuple[Seen, str]]:
    pairs = zip(seen.most_common(COMMON), known.most_common(COMMON), strict=False)
    return ((one, other) for (one, _), (other, _) in pairs)


def _token(key: bytes, word: str) -> str:
    return hmac.new(key, word.encode(), "sha256").hexdigest()


if __name__ == "__main__":
    if MADE in os.environ:
        measure(int(os.environ[MADE]))
    else:
        main(options())
