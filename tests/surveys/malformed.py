"""What telephones with a broken memory, a bad line or a bad intent may send; the same for the same seed."""

import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

BOUNDARY = "kamkor-test"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
GIANT = 10 * 2**20  # more than this is refused before it is read
GOOD = (
    '<data id="household" version="2026-1"><region>osh</region><work><leaves>yes</leaves><size>4</size>'
    "<story>words</story></work><member><away>yes</away></member>"
    "<meta><instanceID>uuid:{own}</instanceID></meta></data>"
)
NAMES = (
    "../../etc/passwd",
    "..\\..\\a.jpg",
    "/root/.ssh/id",
    "a\x00.jpg",
    "\u202egpj.exe",
    "a" * 5000,
    "",
    "CON",
    "a;b",
)
WORDS = (
    "",
    "NaN",
    "1e999",
    "-0",
    "٣",
    "\u202e",
    "<![CDATA[]]>",
    "&#0;",
    "'; DROP TABLE x;--",
    "{{ 7*7 }}",
    "\ud7ff",
    "9" * 3000,
)


@dataclass(frozen=True)
class Malformed:
    """One request: of which kind, its body and what it calls itself."""

    kind: str
    body: bytes
    media_type: str = MULTIPART


def malformed(count: int, seed: int = 1) -> Iterator[Malformed]:
    """All kinds in turn, each with other accidents."""
    rng = random.Random(seed)
    for number in range(count):
        kind, make = KINDS[number % len(KINDS)]
        made = make(rng, GOOD.format(own=f"{seed}-{number}"))
        yield made if isinstance(made, Malformed) else Malformed(kind, parts(made))


def parts(xml: str | bytes, files: dict[str, bytes] | None = None) -> bytes:
    raw = xml.encode("utf-8", "surrogatepass") if isinstance(xml, str) else xml
    rows = [("xml_submission_file", "form.xml", raw)]
    rows += [(f"file{at}", name, content) for at, (name, content) in enumerate((files or {}).items())]
    body = b""
    for field, file, content in rows:
        told = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{file}"\r\n\r\n'
        body += told.encode("utf-8", "surrogatepass") + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def cut(rng: random.Random, good: str) -> str:
    return good[: rng.randrange(1, len(good))]


def cut_envelope(rng: random.Random, good: str) -> Malformed:
    body = parts(good)
    return Malformed("cut_envelope", body[: rng.randrange(len(body))])


def flipped(rng: random.Random, good: str) -> bytes:
    raw = bytearray(good.encode())
    for _ in range(rng.randint(1, 9)):
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    return bytes(raw)


def flipped_envelope(rng: random.Random, good: str) -> Malformed:
    return Malformed("flipped_envelope", flipped(rng, parts(good).decode()))


def wrong_type(rng: random.Random, good: str) -> str:
    value = rng.choice(WORDS)
    return good.replace(">4<", f">{value}<").replace(">osh<", f">{rng.choice(WORDS)}<")


def wrong_version(rng: random.Random, good: str) -> str:
    return good.replace("2026-1", rng.choice(["1999", "", "2026-1 ", "9" * 400, "Ω"]) + str(rng.random()))


def wrong_form(rng: random.Random, good: str) -> str:
    return good.replace("household", rng.choice(["", "x", "../form", "a" * 999]) + str(rng.randrange(999)))


def no_id(rng: random.Random, good: str) -> str:
    return good.replace("uuid:", "<!--").replace("</instanceID>", f"{rng.random()}--></instanceID>")


def giant_id(rng: random.Random, good: str) -> str:
    return good.replace("uuid:", "u" * rng.randint(201, 9000))


def entities(rng: random.Random, good: str) -> str:
    depth = rng.randint(2, 12)
    chain = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, depth))
    return f'<!DOCTYPE d [<!ENTITY e0 "boom">{chain}]>' + good.replace(">osh<", f">&e{depth - 1};<")


def outside(rng: random.Random, good: str) -> str:
    where = rng.choice(["file:///etc/passwd", "http://127.0.0.1:1/", "//host/share"])
    return f'<!DOCTYPE d [<!ENTITY x SYSTEM "{where}{rng.random()}">]>' + good.replace(">osh<", ">&x;<")


def deep(rng: random.Random, good: str) -> str:
    many = rng.randint(50, 4000)
    return good.replace("<story>words</story>", "<a>" * many + "</a>" * many)


def wide(rng: random.Random, good: str) -> str:
    return good.replace("<story>", "<b/>" * rng.randint(51_000, 60_000) + "<story>")


def encoding(rng: random.Random, good: str) -> bytes:
    name = rng.choice(["utf-16", "utf-32", "cp1251", "latin-1", "koi8-r", "utf-7"])
    return f'<?xml version="1.0" encoding="{name}"?>{good.replace("words", "слова")}'.encode(name, "replace")


def packed(rng: random.Random, good: str) -> bytes:
    """A small text that would be large when unpacked; nothing here unpacks."""
    return zlib.compress(good.encode() + bytes(rng.randint(10**5, 10**6)))


def path_tricks(rng: random.Random, good: str) -> Malformed:
    name = rng.choice(NAMES)
    return Malformed("path_tricks", parts(good, {name + str(rng.randrange(10**6)): b"picture"}))


def many_files(rng: random.Random, good: str) -> Malformed:
    files = {f"f{at}.jpg": b"x" for at in range(rng.randint(90, 160))}
    return Malformed("many_files", parts(good, files))


def no_envelope(rng: random.Random, good: str) -> Malformed:
    kinds = [
        "",
        "text/xml",
        "application/json",
        "multipart/form-data",
        "multipart/mixed; boundary=a",
        "x" * 400,
    ]
    return Malformed("no_envelope", good.encode() + rng.randbytes(9), rng.choice(kinds))


def noise(rng: random.Random, _good: str) -> Malformed:
    return Malformed("noise", rng.randbytes(rng.randint(0, 5000)), rng.choice([MULTIPART, "text/xml"]))


def wrong_correction(rng: random.Random, good: str) -> str:
    return good.replace("</meta>", f"<deprecatedID>uuid:none-{rng.random()}</deprecatedID></meta>")


def same_id(rng: random.Random, good: str) -> str:
    return good.replace(good.partition("uuid:")[2].partition("<")[0], "one").replace(
        "words", str(rng.random())
    )


def strange_names(rng: random.Random, good: str) -> str:
    return good.replace("story>", f"{rng.choice(['a:b', 'xml', '_', 'ы', 'x.y-z'])}{rng.randrange(99)}>")


def giant(rng: random.Random, good: str) -> Malformed:
    return Malformed("giant", parts(good.replace("words", "w" * (GIANT + rng.randrange(9)))))


Make = Callable[[random.Random, str], str | bytes | Malformed]
KINDS: list[tuple[str, Make]] = [
    (make.__name__, make)
    for make in (
        *(
            cut,
            cut_envelope,
            flipped,
            flipped_envelope,
            wrong_type,
            wrong_version,
            wrong_form,
            no_id,
            giant_id,
        ),
        *(
            entities,
            outside,
            deep,
            encoding,
            packed,
            path_tricks,
            no_envelope,
            noise,
            wrong_correction,
            same_id,
        ),
        *(strange_names, many_files),
    )
]
LARGE: list[tuple[str, Make]] = [("wide", wide), ("giant", giant)]


def large(count: int, seed: int = 1) -> Iterator[Malformed]:
    """The few that take megabytes each."""
    rng = random.Random(seed)
    for number in range(count):
        kind, make = LARGE[number % len(LARGE)]
        made = make(rng, GOOD.format(own=f"large-{seed}-{number}"))
        yield made if isinstance(made, Malformed) else Malformed(kind, parts(made))
