"""Writes the Cyrillic twin of the Uzbek catalogue: the translations by rule, the rest of the file as it is.

Django's own words (hours, months, what forms complain of) are turned too: it has Uzbek in Latin letters only.
`make run` installs no package that reads catalogues, so `msgcat` first brings the files into a plain form.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import django

from kamkor.codes.cyrillic import uz_cyrillic

DJANGO = Path(django.__file__).parent
OF_DJANGO = [DJANGO / app / "locale/uz/LC_MESSAGES/django.po" for app in ("conf", "contrib/auth")]
LINE = re.compile(r'(?P<keyword>msg\w+(?:\[\d\])? )?(?P<text>".*")$')


def twin(catalogue: str) -> str:
    """The catalogue with each `msgstr` in Cyrillic letters, but for the header (an empty msgid)."""
    lines, keyword, source = [], "", ""
    for line in catalogue.splitlines():
        match = LINE.match(line)
        if match is None:
            lines.append(line)
            continue
        if match["keyword"] == "msgid ":
            source = ""
        keyword = match["keyword"] or keyword
        if keyword == "msgid ":
            source += json.loads(match["text"])
        translated = keyword.startswith("msgstr") and source
        lines.append((match["keyword"] or "") + cyrillic(match["text"]) if translated else line)
    return "\n".join(lines) + "\n"


def cyrillic(quoted: str) -> str:
    return json.dumps(uz_cyrillic(json.loads(quoted)), ensure_ascii=False)


if __name__ == "__main__":
    latin, written = map(Path, sys.argv[1:])
    join: list[str | Path] = ["msgcat", "--no-wrap", "--use-first", latin, *OF_DJANGO]
    plain = subprocess.run(join, capture_output=True, text=True, check=True).stdout
    written.write_text(twin(plain).replace("Language: uz\\n", "Language: uz_Cyrl\\n"))
