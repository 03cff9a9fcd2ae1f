"""The engines that telephones and browsers really use fill our forms against a running server.

JavaRosa, of ODK Collect, comes with pyxform's wheel and needs Java; xforms-engine, of ODK Web Forms, runs in
Node.
"""

import functools
import os
import shutil
import subprocess
import time
from importlib.resources import files
from pathlib import Path

import pytest
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
from django.core.wsgi import get_wsgi_application

from kamkor.methods.sheets.books import sheet_rows
from kamkor.methods.surveys.form import Form
from kamkor.methods.surveys.shipped import LANGUAGES, TITLES, shipped
from kamkor.methods.surveys.xlsform import LIMITS, read_form
from kamkor.surveys import actions, checking
from kamkor.surveys.models import Attachment, Quarantined, Submission
from kamkor.vault import tokens
from tests.world import World

HERE = Path(__file__).parent
JAR = files("pyxform") / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
JAVA = [
    "java",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-cp",
    str(JAR),
    str(HERE / "JavaRosaClient.java"),
]
CLIENTS = {"javac": JAVA, "node": ["node", str(HERE / "engine.mjs")]}
CANARY = "of her own words"
pytestmark = pytest.mark.skipif(
    os.environ.get("KAMKOR_TEST_ENGINE") == "postgresql",
    reason="clients do not know of which kind the database is",
)
converted = functools.cache(checking.check)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_said: object) -> None:
        pass


def served(command: list[str], secret: str) -> list[list[str]]:
    """What the client prints, while we serve it from this thread: it sees what the test has made."""
    with WSGIServer(("127.0.0.1", 0), Quiet) as server:
        server.set_app(get_wsgi_application())
        server.timeout = 0.02
        address = f"http://127.0.0.1:{server.server_port}/field"
        told = [*command, address, secret, *LANGUAGES.values()]
        client = subprocess.Popen(told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        until = time.monotonic() + 120
        while client.poll() is None and time.monotonic() < until:
            server.handle_request()
        client.kill()
        output = client.communicate()[0]
    assert client.returncode == 0, output[:3000]
    return [line.split("\t")[1:] for line in output.splitlines() if line.startswith("step\t")]


@pytest.fixture
def phone(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """All our forms are open, one with a file; the secret of a telephone."""
    monkeypatch.setattr(checking, "has_java", lambda: False)
    actor, secret = world.actor("centre", "supervisor"), tokens.new_secret()
    for name in TITLES:
        raw = shipped(name)
        version = actions.upload(actor, actor.desk, checked=converted(f"{name}.xlsx", raw), workbook=raw)
    actions.attach(actor, version.questionnaire, name="a.png", content=b"picture")
    actions.add_device(actor, actor.desk, secret=secret, name="Phone")
    return secret


@pytest.mark.parametrize("program", CLIENTS)
def test_a_genuine_client_fills_every_form_in_four_languages(program: str, phone: str) -> None:
    if shutil.which(program) is None and os.environ.get("CI") != "true":
        pytest.skip(f"*** NOT TESTED WITH A GENUINE CLIENT: no {program} ***")
    steps = served(CLIENTS[program], phone)
    first, *others = LANGUAGES.values()
    for name in TITLES:
        form, _flaws = read_form("f.xlsx", shipped(name))
        done = [(said, step, status) for own, said, step, status, *_rest in steps if own == name]
        corrected = [(first, step, "201") for step in ("sent", "again", "corrected")]
        assert done == [*corrected, *((language, "sent", "201") for language in others)]
        assert {said: words for own, said, *_step, words in steps if own == name} == about(name)
        rows = Submission.objects.filter(questionnaire__form_id=name)
        assert (rows.count(), rows.counted().count()) == (5, 4)
        assert {row.instance_id for row in rows} == {own for its, *_step, own, _words in steps if its == name}
        for row in rows:
            counts_what_may_be_counted(form, row)
    assert Attachment.objects.count() == 5  # the picture of each count at a market
    assert not Quarantined.objects.exists()


def about(name: str) -> dict[str, str]:
    """What stands at the head of a form, by language."""
    sheet = sheet_rows("f.xlsx", shipped(name), "survey", LIMITS)
    heading, *rows = [cells for _number, cells in sheet]
    row = next(dict(zip(heading, row, strict=False)) for row in rows if row[0] == "note")
    return {language: row[f"label::{language}"] for language in LANGUAGES.values()}


def counts_what_may_be_counted(form: Form, row: Submission) -> None:
    said = dict(row.answers["main"])
    for rows in row.answers["repeats"].values():
        for one in rows:
            said |= one
    assert CANARY not in str(said)
    assert CANARY.encode() not in bytes(row.item.sealed)
    open_ones = {question.key for question in form.questions if question.kind and not question.sealed}
    # One answer after another leads on, so that hardly a question is skipped.
    assert len(said) > 0.6 * len(open_ones)
    assert set(said) <= open_ones
