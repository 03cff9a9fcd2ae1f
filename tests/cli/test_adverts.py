"""`kamkor adverts`: the lines that go in and out, and what it says of bad ones."""

import json
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kamkor.cli.adverts import adverts
from kamkor.methods.adverts import many

GOLD = Path(__file__).resolve().parents[2] / "bench" / "adverts_gold.jsonl"


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(adverts, arguments, input=given)


def lines(*texts: str) -> str:
    return "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts))


def test_a_line_comes_out_for_each_that_goes_in() -> None:
    given = lines("Паспорт сдаёте водителю. 0555 12 34 56", "", "مرحبا 😀", "work " * 20_000)
    found = [json.loads(line) for line in run("score", given=given).output.splitlines()]
    assert [row["id"] for row in found] == [0, 1, 2, 3]
    assert set(found[0]) == {"id", "language", "flags", "contacts", "score"}
    assert {"code": 8, "span": [0, 23]}.items() <= next(
        f for f in found[0]["flags"] if f["code"] == 8
    ).items()
    assert found[0]["contacts"] == ["+996555123456"]
    assert found[0]["language"] == "ru"


def test_clusters_keep_the_order_and_the_ids() -> None:
    text = "Нужны швеи в цех на Ошском рынке, оплата каждую субботу, обед"
    given = lines(text, "Другое объявление о продаже дома", f"{text} 0555 12 34 56")
    found = [json.loads(line) for line in run("cluster", given=given).output.splitlines()]
    assert found == [{"id": 0, "cluster": 0}, {"id": 1, "cluster": 1}, {"id": 2, "cluster": 0}]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b'{"id": 1, "text": "a"}\nnonsense\n', "line 2: not JSON. Mend"),
        (b'{"id": 1, "text": "a"}\n\n{"id": 2}\n', "line 3, text: none. Mend"),
        (b'{"text": "a"}\n', "line 1, id: none. Mend"),
        (b"[1]\n", "line 1: not an object. Mend"),
        (b'{"id": 1, "text": "\xff"}\n', "line 1: not UTF-8. Mend"),
        (b'{"id": 1, "text": "a", "date": "yesterday"}\n', "line 1, date: not a date. Mend"),
    ],
)
@pytest.mark.parametrize("command", ["score", "cluster"])
def test_a_bad_line_is_named_with_its_mend(command: str, given: bytes, said: str) -> None:
    result = run(command, given=given)
    assert result.exit_code == 1
    assert said in result.output


def test_the_register_is_asked(tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    register.write_text("name,status,country\nАк Кеме,issued,KR\n", encoding="utf-8")
    given = lines("Фирма «Чудо Тур», работа в Корее")
    rows = [
        json.loads(line)
        for line in run("score", "--register", str(register), given=given).output.splitlines()
    ]
    assert 17 in [flag["code"] for flag in rows[0]["flags"]]


def test_rules_and_ranker_agree_with_the_readers_on_adverts_kept_apart() -> None:
    page = run("evaluate", str(GOLD)).output.partition("Part: held")[2]
    ruled, learned = re.findall(r"Grouped average precision of the \D+?([\d.]+)", page)
    assert 0.95 < float(ruled) < float(learned)
    assert "| 18 " in page


def test_the_ranker_orders_without_the_science_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    given = lines(
        "Учитель в школу № 3, ул. Ленина 4, 0312 66 10 10", "Девушки в клуб, паспорт сдаёте водителю"
    )
    safe, bad = (
        json.loads(line)["score"] for line in run("score", "--ranker", given=given).output.splitlines()
    )
    assert 0 < safe < bad < 1


def test_two_processes_read_as_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    given = lines(*["Вебкам, доход, 0555 12 34 56", "Швея, Ош, 0700 11 22 33", "Работа 0555123456"] * 5)
    alone = run("score", given=given).output
    monkeypatch.setattr(many, "_ALONE", 2)
    assert run("score", given=given).output == alone
    assert "line 16: not JSON" in run("score", given=f"{given}nonsense").output


def test_a_gold_line_without_two_readers_is_named(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text('{"id": 1, "text": "a", "readers": []}\n', encoding="utf-8")
    assert "line 1, readers: not two. Mend" in run("evaluate", str(file)).output
