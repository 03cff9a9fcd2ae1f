"""`kamkor names match`: what it reads, what it answers, what it says of bad input."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kamkor.cli.names import names

LIST = "id,name,birth_year\n007,Токтогулова Айгүл,1994\n8,Асанов Бакыт,\n9,Токтогулова Айгуль,1960\n"


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text(LIST, encoding="utf-8")
    return file


def match(listed: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(names, ["match", "--against", str(listed), *map(str, arguments)])


def answer(listed: Path, *arguments: str | Path) -> list[dict[str, object]]:
    result = match(listed, "--json", *arguments)
    assert result.exit_code == 0, result.output
    found: list[dict[str, object]] = json.loads(result.output)
    return found


def ids(row: dict[str, object]) -> list[str]:
    matches = row["matches"]
    assert isinstance(matches, list)
    return [match["id"] for match in matches]


def test_answers_come_in_the_order_of_the_queries(listed: Path, tmp_path: Path) -> None:
    asked = tmp_path / "queries.txt"
    asked.write_text("\ufeffBakyt Asanov\r\n\r\nAigul Toktogulova\r\n", encoding="utf-8")
    rows = answer(listed, "--queries", asked)
    assert [row["query"] for row in rows] == ["Bakyt Asanov", "", "Aigul Toktogulova"]
    assert [ids(row)[:2] for row in rows] == [["8"], [], ["007", "9"]]
    assert all(set(row) == {"query", "matches"} for row in rows)


def test_a_year_narrows_homonyms(listed: Path) -> None:
    assert ids(answer(listed, "--year", "1960", "Aigul Toktogulova")[0])[0] == "9"
    assert ids(answer(listed, "--top", "1", "Aigul Toktogulova")[0]) == ["007"]


def test_a_table_for_people(listed: Path) -> None:
    result = match(listed, "Айгул Токтогулова")
    assert result.exit_code == 0
    assert "1.00 = 007  Токтогулова Айгүл, 1994" in result.output
    assert "nobody" in match(listed, "Щ").output


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_a_mark_and_repeated_ids_are_read(tmp_path: Path, separator: str) -> None:
    file = tmp_path / "other.csv"
    text = "NAME,extra,ID\nАйгүл Асанова,x,1\nАйгүл Асанова,,1\n\n".replace(",", separator)
    file.write_text("\ufeff" + text, encoding="utf-8")
    assert ids(answer(file, "Aigul Asanova")[0]) == ["1", "1"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "row 1"),
        ("id,фио\n1,А\n".encode(), "no column “name”"),
        ("id,name\n1,Айгүл\n2\n".encode(), "row 3: 1 fields where 2"),
        ("id,name\n1,Айгуль\n".encode("cp1251"), "row 2: not UTF-8"),
        ("id,name,birth_year\n1,Айгүл,94\n".encode(), "row 2, birth_year"),
        ('id,name\n1,"Айгүл\n'.encode(), "unexpected end"),
    ],
)
def test_bad_lists_are_named_with_row_and_mend(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    result = match(file, "Айгүл")
    assert result.exit_code == 1
    assert f"{file}, row" in result.output
    assert said in result.output
    assert "Mend:" in result.output


def test_queries_are_given_in_one_way(listed: Path, tmp_path: Path) -> None:
    assert match(listed).exit_code == 2
    asked = tmp_path / "queries.txt"
    asked.write_text("Айгүл", encoding="utf-8")
    assert match(listed, "Айгүл", "--queries", asked).exit_code == 2


def test_it_needs_neither_settings_nor_django(listed: Path) -> None:
    program = (
        "import sys; from kamkor.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: assert 'django.conf' not in sys.modules and 'numpy' not in sys.modules"
    )
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("KAMKOR", "DJANGO"))}
    command = [sys.executable, "-c", program, "names", "match", "--against", str(listed), "--json", "Айгүл"]
    done = subprocess.run(command, env=bare, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
