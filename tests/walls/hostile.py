"""What somebody sends who means no good, or whose browser is broken: values, and whole bodies of forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes
from uuid import uuid4

from hypothesis import strategies as st

from tests.import_files import as_spreadsheets_write, workbook

CANARY = "Canary-Zarina-7731"
EDGE = "an-edge"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={EDGE}"

VALUES: list[bytes] = [
    *(b"", b" ", b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", b"\xc3", b"\xef\xbf\xbf"),
    *(b"' OR 1=1 --", b"{{ 7*7 }}{% debug %}", b"<script>x</script>", b"%s%n%(x)s", b"\r\nSet-Cookie: x=1"),
    *(b"0", b"-1", b"-0", b"1e309", b"NaN", b"Infinity", b"0x10", b"1_0", "²".encode(), "١٢".encode()),
    *(b"9" * 20, b"9" * 5000, b"9" * 2**20, str(2**31).encode(), str(2**63).encode()),
    *(str(-(2**63) - 1).encode(), b"-" + b"9" * 400),
    *(b"2026-02-30", b"0000-00-00", b"0001-01-01", b"9999-12-31", b"99999-01-01", b"25:61", b"31.02.2026"),
    *(b"2026", b"2026-13", b"0001-01-01T00:00", b"9999-12-31T23:59", b"2026-11-22T99:99"),
    *(b"../../etc/passwd", b"https://evil.example/", b"//evil.example", b"javascript:alert(1)"),
    *(b"None", b"null", b"[]", b"{}", b'{"a":', b"true", uuid4().bytes.hex().encode(), str(uuid4()).encode()),
    *("\u202eabc\u202c".encode(), "ﷺ".encode() * 500, "🏳️‍🌈".encode() * 50, "қ" .encode() * 70_000),
    *(b"A" * 300, b"A" * 100_000, CANARY.encode(), f"{CANARY} +996555000000".encode()),
]  # fmt: skip
# What a telephone sends of a questionnaire.
HEAD = b'<data id="labour_market" version="1">'
TAIL = b"<meta><instanceID>1</instanceID></meta></data>"
FILES: list[bytes] = [
    *(b"", b"\x00", b"%PDF-1.7\n" + b"\xff" * 200, b"\x89PNG\r\n\x1a\n" + b"\x00" * 40),
    b"\xff\xd8\xff" + b"x" * 90,
    *(b"PK\x03\x04" + b"\x00" * 60, b"RIFF0000WEBPxxxx", b"a,b\n1,2\n", CANARY.encode(), b"\xff\xfe\x00a"),
    *(b"CaseNumber,prs_FirstName\n1,\x00\n", b'{"a": ['),
    b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
    *(HEAD + what + TAIL for what in (b"", b"<remarks/><remarks>1</remarks>", b"<day>2026-02-30</day>")),
    HEAD + f"<men>{'9' * 400}</men><remarks>{CANARY}</remarks><x><y/></x>".encode() + TAIL,
    HEAD.replace(b'"1"', b'"2"') + TAIL,
    *(HEAD + TAIL[:20], HEAD + TAIL.replace(b">1<", b"><"), b"<data/>", HEAD + b"<a>" * 500),
]  # fmt: skip
PRINTED = [
    text for value in VALUES if len(text := value.decode("utf-8", "ignore")) < 5000 and text.isprintable()
]
HEADINGS = ["name", "type", "label", "country", "number", "text", "ФИО", "consent"]
BOOKS = [
    make(workbook([HEADINGS, *(PRINTED[at:] + PRINTED[:at] for at in range(9))], sheet=sheet))
    for make, sheet in ((bytes, "survey"), (as_spreadsheets_write, "survey"), (bytes, "a"))
]
BOOKS.append(BOOKS[0][:-200])
NAMES: list[bytes] = [
    *(b"a.txt", b"../../a.pdf", b"a\x00.pdf", b"", b"A" * 5000, "\u202egpj.exe".encode()),
    f"{CANARY}.csv".encode(),
    *(b'a"b.xlsx', b"\xff.zip", b"a.json", b"CON"),
]  # fmt: skip
# Some are no encodings of texts; a NUL gets through no server, which refuses it in a header.
CHARSETS = ["utf-16", "nothing", "cp1251", "base64", "undefined", "idna", "utf-7"]


class Fields(HTMLParser):
    """The fields of the forms on a page, with what a browser would send if nothing were typed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.given: dict[str, list[str]] = {}
        self.choices: dict[str, list[str]] = {}
        self.files: list[str] = []
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "select":
            self.select = name
            self.given.setdefault(name, [])
        elif tag == "option" and self.select:
            self.choices.setdefault(self.select, []).append(said.get("value", ""))
        elif tag in ("input", "textarea") and name:
            self.given.setdefault(name, [])
            if said.get("type") == "file":
                self.files.append(name)
            if said.get("type") in ("radio", "checkbox"):
                self.choices.setdefault(name, []).append(said.get("value", "on"))
            elif said.get("type") == "hidden":
                self.given[name] = [said.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""


@dataclass(frozen=True)
class Body:
    """A request's body as it is sent."""

    content: bytes
    kind: str


Pairs = list[tuple[str, bytes]]


def bodies(fields: Fields) -> st.SearchStrategy[Body]:
    """Mostly a form in which some fields are hostile; at times one that is no form at all."""
    form = pairs(fields).flatmap(partial(written, fields.files))
    return st.one_of(form, form, broken())


@st.composite
def pairs(draw: st.DrawFn, fields: Fields) -> Pairs:
    """Each field as a good browser would send it, or worse; some twice; then some that nobody asked for."""
    sent: Pairs = []
    for name, given in fields.given.items():
        how = draw(st.sampled_from(["good", "good", "bad", "missing", "many"]))
        choices = [choice.encode() for choice in fields.choices.get(name, [])] or [
            b"a text",
            b"1",
            b"2026-03-08",
        ]
        good = given[0].encode() if given and given[0] else draw(st.sampled_from(choices))
        if how == "good":
            sent.append((name, good))
        elif how == "bad":
            sent.append((name, draw(value())))
        elif how == "many":
            sent += [(name, good), (name, draw(value())), (name, good)]
    strange = st.tuples(
        st.sampled_from(["page", "version", "kind", "next", "once", "say", "\x00", "a[]"]), value()
    )
    return sent + draw(st.lists(strange, max_size=2))


def value() -> st.SearchStrategy[bytes]:
    return st.one_of(
        st.sampled_from(VALUES), st.sampled_from(VALUES), st.binary(max_size=60), st.text().map(utf)
    )


def utf(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def urlencoded(sent: Pairs) -> bytes:
    return b"&".join(
        b"=".join((quote_from_bytes(utf(name)).encode(), quote_from_bytes(text).encode()))
        for name, text in sent
    )


@st.composite
def written(draw: st.DrawFn, files: list[str], sent: Pairs) -> Body:
    how = draw(st.sampled_from(["urlencoded", "urlencoded", "multipart", "multipart", "cut"]))
    charset = draw(st.sampled_from(["", "", *(f"; charset={name}" for name in CHARSETS)]))
    if how == "urlencoded":
        return Body(urlencoded(sent), URLENCODED + charset)
    file = draw(st.sampled_from(FILES + BOOKS))
    content = multipart(sent, draw(st.sampled_from(NAMES)), file, files or ["file"])
    if how == "cut":
        content = content[: draw(st.integers(0, min(len(content), 400)))]
    return Body(content, MULTIPART + charset)


def multipart(sent: Pairs, name: bytes, file: bytes, under: Sequence[str] = ("file",)) -> bytes:
    """The same file under each of these names."""
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (EDGE.encode(), utf(field), text)
        for field, text in sent
        if field not in under
    ]
    for field in under:
        head = b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n'
        parts.append(head % (EDGE.encode(), utf(field), name) + file + b"\r\n")
    return b"".join([*parts, b"--%s--\r\n" % EDGE.encode()])


def broken() -> st.SearchStrategy[Body]:
    """Bodies that are no form."""
    return st.sampled_from(
        [
            Body(b"", ""),
            Body(b"=&&=&;=%zz%", URLENCODED),
            Body(b"&".join(b"a%d=1" % number for number in range(2100)), URLENCODED),
            Body(b"a=" + b"A" * (13 * 2**20), URLENCODED),
            Body(b"no edge at all", "multipart/form-data"),
            Body(b"--an-edge\r\nContent-Disposition: form-data\r\n\r\nx", MULTIPART),
            Body(
                b'--an-edge\r\nContent-Disposition: form-data; name="a"\r\n'
                b"Content-Transfer-Encoding: base64\r\n\r\n?",
                MULTIPART,
            ),
            Body(b"x", f"multipart/form-data; boundary={'b' * 300}"),
            Body(b'{"a": 1}', "application/json"),
            Body(b"\xff" * 100, "text/plain; charset=utf-8"),
            Body(CANARY.encode(), "application/octet-stream"),
        ]
    )  # fmt: skip


def queries(fields: Fields) -> st.SearchStrategy[bytes]:
    """What may stand behind the question mark of an address."""
    names = sorted({*fields.given, "page", "next", "offer", "place", "day", "q"} - {"csrfmiddlewaretoken"})
    short = value().filter(lambda text: len(text) < 6000)
    return st.lists(st.tuples(st.sampled_from(names), short), min_size=1, max_size=4).map(urlencoded)


def said(example: Any) -> str:
    """An example in short, for the line that says what failed."""
    return repr(example)[:300]
