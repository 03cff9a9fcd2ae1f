"""From bytes to text: the encoding is told from the file itself."""

import re

from kamkor.methods.sheets.problems import FileError

LOST = "\ufffd"
FOREIGN_FORMATS = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
HIGH_BYTES = (0, 4, 5)  # of Latin and Cyrillic letters in 16 bits; other encodings never have them
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
NEVER_TEXT = re.compile("[\x00-\x08\x0e-\x1a]")


def decode(name: str, raw: bytes) -> tuple[str, str, bool]:
    """The text, the name of its encoding, and whether some lines were in another one."""
    if not raw.strip():
        raise FileError(name, "empty")
    wide = _wide(raw)
    if raw.startswith(FOREIGN_FORMATS):
        raise FileError(name, "not_text")
    if wide:
        text, encoding, mixed = raw.decode(wide, "replace"), "utf-16", False
    else:
        text, encoding, mixed = _lines(name, raw)
    if NEVER_TEXT.search(text, 0, 200):
        raise FileError(name, "not_text")
    return text.removeprefix("\ufeff"), encoding, mixed


def _wide(raw: bytes) -> str:
    """The name of the 16-bit encoding, by its mark or by where its zero bytes stand."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    first, second = (sum(map(raw[half:400:2].count, HIGH_BYTES)) for half in (0, 1))
    if max(first, second) * 4 <= len(raw[:400]):
        return ""
    return "utf-16-le" if second > first else "utf-16-be"


def _lines(name: str, raw: bytes) -> tuple[str, str, bool]:
    """Decodes line by line, since files are often glued together from two programs.

    Most lines decide; in the others every letter beyond ASCII becomes `LOST`, so that the cell is refused.
    """
    try:
        return raw.decode(), "utf-8", False
    except UnicodeDecodeError:
        lines = [_line(line) for line in raw.splitlines(keepends=True)]
    special = [encoding for _, encoding in lines if encoding]
    main = max(("utf-8", "cp1251"), key=special.count)
    if main == "cp1251" and not _is_cyrillic("".join(text for text, encoding in lines if encoding == main)):
        raise FileError(name, "unknown_encoding")
    texts = [text if encoding in ("", main) else BEYOND_ASCII.sub(LOST, text) for text, encoding in lines]
    return "".join(texts), main, len(set(special) - {""}) > 1


def _line(line: bytes) -> tuple[str, str]:
    if line.isascii():
        return line.decode("ascii"), ""
    try:
        return line.decode(), "utf-8"
    except UnicodeDecodeError:
        return line.decode("cp1251", "replace"), "cp1251"


def _is_cyrillic(text: str) -> bool:
    """Whether it makes words: “Josй” is a Western letter in the wrong encoding."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    return 2 * sum(bool(re.fullmatch("[а-яёА-ЯЁ]+", word)) for word in words) >= len(words)
