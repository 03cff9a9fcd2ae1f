"""Papers that leave the system: headings, paragraphs, tables and pictures, as HTML, PDF or .docx."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from importlib import import_module

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FORMATS = ("html", "pdf", "docx")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class PaperProblem(Exception):
    """What is missing on this machine, and how to mend it."""


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    text: str
    small: bool = False


@dataclass(frozen=True)
class Bullets:
    lines: Sequence[str]


@dataclass(frozen=True)
class Table:
    head: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True)
class Picture:
    """Of numbers that a table beside it has too: a .docx does without."""

    svg: str


Block = Heading | Paragraph | Bullets | Table | Picture


@dataclass(frozen=True)
class Paper:
    title: str
    language: str
    blocks: Sequence[Block]

    def written(self, kind: str) -> bytes:
        """As a file of one of FORMATS."""
        if kind == "docx":
            return as_docx(self)
        page = as_html(self)
        return as_pdf(page) if kind == "pdf" else page.encode()


STYLE = """
@page { size: A4; margin: 20mm 18mm; @bottom-right { content: counter(page); font-size: 9pt } }
body { font-family: "Inter", "DejaVu Sans", "Noto Sans", sans-serif; font-size: 10.5pt; line-height: 1.45;
  max-width: 46em; margin: 0 auto; padding: 1em; color: #0b0c0c }
h1 { font-size: 20pt; line-height: 1.2 } h2 { font-size: 14pt; margin-top: 1.6em } h3 { font-size: 11.5pt }
h2, h3 { break-after: avoid } .small { font-size: 9pt; color: #484949 }
table { border-collapse: collapse; width: 100%; margin: .6em 0 1em } tr, svg { break-inside: avoid }
th, td { border-bottom: 1px solid #b1b4b6; padding: .3em .5em .3em 0; text-align: left; vertical-align: top }
thead { display: table-header-group } td.number, th.number { text-align: right; white-space: nowrap }
"""


def as_html(paper: Paper) -> str:
    """One file that needs no other."""
    body = format_html_join("\n", "{}", ((_html(block),) for block in paper.blocks))
    return str(
        format_html(
            '<!doctype html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{}</title>\n'
            "<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n{}\n</body>\n</html>\n",
            paper.language,
            paper.title,
            SafeString(STYLE),
            paper.title,
            body,
        )
    )


def as_pdf(page: str) -> bytes:
    try:
        printer = import_module("weasyprint")
    except ModuleNotFoundError as error:
        raise PaperProblem("WeasyPrint is not installed. Mend: make setup, or ask for .html.") from error
    except OSError as error:
        mend = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        raise PaperProblem(f"WeasyPrint finds no Pango. Mend: {mend}, or ask for .html.") from error
    written: bytes = printer.HTML(string=page).write_pdf()
    return written


def _html(block: Block) -> SafeString:
    if isinstance(block, Heading):
        return format_html("<h{0}>{1}</h{0}>", block.level + 1, block.text)
    if isinstance(block, Paragraph):
        return format_html('<p class="small">{}</p>' if block.small else "<p>{}</p>", block.text)
    if isinstance(block, Bullets):
        return format_html(
            "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line,) for line in block.lines))
        )
    if isinstance(block, Picture):
        return format_html("<figure>{}</figure>", block.svg)
    numbers = _numbers(block)
    head = _cells("th", block.head, numbers)
    rows = format_html_join("\n", "<tr>{}</tr>", ((_cells("td", row, numbers),) for row in block.rows))
    return format_html("<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody></table>", head, rows)


def _cells(tag: str, cells: Iterable[object], numbers: set[int]) -> SafeString:
    plain, right = "<{0}>{1}</{0}>", '<{0} class="number">{1}</{0}>'
    made = (format_html(right if n in numbers else plain, tag, cell) for n, cell in enumerate(cells))
    return format_html_join("", "{}", ((cell,) for cell in made))


def _numbers(table: Table) -> set[int]:
    """The columns that hold numbers, or signs for them."""
    return {
        place
        for place in range(1, len(table.head))
        if any(str(row[place])[:1].isdigit() for row in table.rows)
        and all(len(str(row[place])) < 16 for row in table.rows)
    }


# What a word processor asks of the least that it opens: types, relations, styles and the text.
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = {  # name: (id, half-points, bold)
    "Normal": ("Normal", 22, False),
    "Title": ("Title", 40, True),
    "heading 1": ("Heading1", 30, True),
    "heading 2": ("Heading2", 24, True),
    "List Bullet": ("ListBullet", 22, False),
    "Small": ("Small", 18, False),
}


def as_docx(paper: Paper) -> bytes:
    """For whoever must edit and number it."""
    body = _paragraph(paper.title, "Title") + "".join(map(_word, paper.blocks))
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1021" w:bottom="1134"'
    page += ' w:left="1021" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_MAIN}.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship '
        f'Id="r1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "word/styles.xml": f'<w:styles xmlns:w="{_WORD}">{_styles(paper.language)}</w:styles>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}{page}</w:body></w:document>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, _XML + text)
    return out.getvalue()


def _styles(language: str) -> str:
    made = [
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>'
        f'<w:lang w:val="{language}"/></w:rPr></w:rPrDefault></w:docDefaults>'
    ]
    for name, (ident, size, bold) in _STYLES.items():
        base = "" if ident == "Normal" else '<w:basedOn w:val="Normal"/>'
        indent = '<w:ind w:left="360" w:hanging="240"/>' if ident == "ListBullet" else ""
        level = f'<w:outlineLvl w:val="{int(ident[-1]) - 1}"/>' if ident.startswith("Heading") else ""
        default = ' w:default="1"' if ident == "Normal" else ""
        before = 240 if bold else 0
        made.append(
            f'<w:style w:type="paragraph"{default} w:styleId="{ident}"><w:name w:val="{name}"/>{base}'
            f'<w:pPr><w:spacing w:before="{before}" w:after="120"/>{indent}{level}</w:pPr>'
            f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/></w:rPr></w:style>'
        )
    return "".join(made)


def _word(block: Block) -> str:
    if isinstance(block, Heading):
        return _paragraph(block.text, f"Heading{min(block.level, 2)}")
    if isinstance(block, Paragraph):
        return _paragraph(block.text, "Small" if block.small else "Normal")
    if isinstance(block, Bullets):
        return "".join(_paragraph(f"• {line}", "ListBullet") for line in block.lines)
    if isinstance(block, Picture):
        return ""
    numbers = _numbers(block)
    width = 9800 // len(block.head)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = f'<w:gridCol w:w="{width}"/>' * len(block.head)
    rows = _row(block.head, numbers, width, head=True)
    rows += "".join(_row(row, numbers, width, head=False) for row in block.rows)
    start = f'<w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{sides}</w:tblBorders></w:tblPr>'
    return f"<w:tbl>{start}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{_paragraph('', 'Normal')}"


def _row(cells: Sequence[object], numbers: set[int], width: int, *, head: bool) -> str:
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"{_paragraph(str(cell), 'Normal', bold=head, right=place in numbers)}</w:tc>"
        for place, cell in enumerate(cells)
    )
    return f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if head else ''}{made}</w:tr>"


def _paragraph(text: str, style: str, *, bold: bool = False, right: bool = False) -> str:
    along = '<w:jc w:val="right"/>' if right else ""
    strong = "<w:rPr><w:b/></w:rPr>" if bold else ""
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(_UNWRITABLE.sub("", line))}</w:t>' for line in text.split("\n")
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{along}</w:pPr><w:r>{strong}{lines}</w:r></w:p>'
