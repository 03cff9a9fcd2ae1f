"""New passwords: long, none that others guess first, and the same whichever keyboard they are typed on."""

import hashlib
import importlib
import pkgutil
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

import kamkor
from kamkor import settings as shipped
from kamkor.access import passwords
from kamkor.access.forms import MemberForm, NewPasswordForm, Secret
from kamkor.access.models import User
from kamkor.access.passwords import Argon2PasswordHasher
from kamkor.base import codelists
from tests.access.entering import is_in, newcomer
from tests.world import PASSPHRASE, World


def errors(password: str, user: User | None = None) -> set[str]:
    return set(NewPasswordForm({"new": password, "again": password}, user=user).errors)


@pytest.mark.asvs("6.1.2", "6.2.4", "6.2.11")
@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password12345678",
        "qwertyuiop123456",
        "йцукенгшщзхъ1234",
        "1234567890123456",
        "aaaaaaaaaaaaaaaa",
        "абвгдежзийклмноп",
        "kamkor-kamkor-12",
        "Kamkor2026!!!!!!",
        "newcomer newcomer",
        "new-comer-new-comer",
        "iloveyou iloveyou",
        "ｐａｓｓｗｏｒｄ１２３４５６７８",
    ],
)
def test_what_others_guess_first_is_refused(db: None, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(username="newcomer", display_name="New Comer"))


@pytest.mark.asvs("6.2.5")
@pytest.mark.parametrize(
    "password",
    [
        "four plain words here",
        "кызыл алма көк асман",
        "olma anor uzum shaftoli",
        "correcthorsebatterystaple",
        "7391-2846-5520-1183",
        "     spaces count     ",
        "x" * 100 + "and some words more",
        "🐎🔋 horses and batteries",
    ],
)
def test_there_are_no_rules_of_composition(db: None, password: str) -> None:
    assert not errors(password)


@pytest.mark.asvs("6.2.1")
def test_it_is_longer_where_nothing_stands_beside_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    codelists.load()
    twelve, fifteen = "olma anor uz", "olma anor uzum!"
    assert (len(twelve), len(fifteen)) == (12, 15)
    given = {"username": "new", "display_name": "N", "new": twelve, "again": twelve}
    assert errors(twelve, newcomer(world)) == {"new"}  # a second factor is not required in these tests
    monkeypatch.setattr(settings, "SECOND_FACTOR", True)
    assert not errors(twelve, User.objects.get(username="newcomer"))
    assert errors(twelve, newcomer(world, "statistician", name="another")) == {"new"}
    assert not errors(fifteen, User.objects.get(username="another"))
    assert not MemberForm(given | {"role": "worker"}).errors
    assert set(MemberForm(given | {"role": "statistician"}).errors) == {"new"}
    assert errors("olma anor u") == {"new"}


@pytest.mark.asvs("6.2.9")
def test_a_long_one_is_refused_and_never_cut_off(world: World) -> None:
    long = "several words that go on " * 6
    assert errors(long[:128]) == set()
    assert errors(long[:129] + "!") == {"new", "again"}
    page = Client().get(reverse("sign-in")).content.decode()
    field = next(part for part in page.split("<") if 'type="password"' in part)
    assert "maxlength" not in field  # a browser would cut off what is pasted without a word
    assert "onpaste" not in page


def test_the_same_letters_in_other_code_points_are_the_same_password(world: World) -> None:
    user = newcomer(world)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    new = "йод ёлка ўзбек words"
    given = {"old": PASSPHRASE, "new": new, "again": new}
    assert client.post(reverse("change-password"), given).status_code == 302
    apart = unicodedata.normalize("NFD", new)
    assert apart != new
    answer = client.post(reverse("sign-in"), {"username": "newcomer", "password": apart})
    assert answer["Location"].startswith(reverse("unlock"))
    assert client.post(reverse("unlock"), {"passphrase": apart}).status_code == 302
    assert is_in(client)


@pytest.mark.asvs("11.4.2")
def test_passwords_are_kept_as_argon2id() -> None:
    assert shipped.PASSWORD_HASHERS == ["kamkor.access.passwords.Argon2PasswordHasher"]
    assert Argon2PasswordHasher().encode("words", "saltsalt").startswith("argon2$argon2id$")


def test_a_password_costs_what_the_vault_costs() -> None:
    ours = Argon2PasswordHasher()
    kept = ours.encode("a row of words", ours.salt())
    cost = ours.decode(kept)
    assert (cost["memory_cost"], cost["time_cost"]) == (settings.KDF_MEMORY_KIB, settings.KDF_PASSES)
    assert not ours.must_update(kept)


def test_a_password_of_another_cost_is_hashed_anew_when_it_is_next_typed() -> None:
    ours, older = Argon2PasswordHasher(), hashers.Argon2PasswordHasher()
    kept = older.encode("a row of words", older.salt())
    assert ours.verify("a row of words", kept)
    assert ours.must_update(kept)


@pytest.mark.asvs("6.1.2", "6.2.11")
def test_the_names_of_our_desks_and_organisations_are_no_passwords(world: World) -> None:
    desk = world.desks["centre"]
    desk.names = {"en": "Centre of the Blue Mountains", "ky": "Көк тоолор борбору"}
    desk.save()
    desk.organisation.names = {"en": "Women of the valley"}
    desk.organisation.save()
    for guessed in ("centreofthebluemountains", "Көк Тоолор Борбору 26!", "Women-of-the-Valley-2026"):
        assert errors(guessed) == {"new"}, guessed
    assert not errors("four plain words here")


@pytest.mark.parametrize("kind", ["words", "sums"])
def test_further_lists_of_known_passwords_are_asked(
    db: None, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaked = [f"leaked words number {number}" for number in range(200)]
    sums = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in leaked)
    lines = leaked if kind == "words" else [f"{digest}:{7**n % 5000}" for n, digest in enumerate(sums)]
    path = tmp_path / "known"
    path.write_bytes("\r\n".join(lines).encode() + b"\r\n" * (kind == "words"))
    monkeypatch.setattr(settings, "COMMON_PASSWORDS", [path])
    assert all(passwords.stands_in(path, word) for word in leaked)
    assert not any(passwords.stands_in(path, f"{word} of mine") for word in leaked)
    assert errors(leaked[7]) == {"new"}
    assert not errors("four plain words here")


@pytest.mark.asvs("6.2.6")
def test_every_field_of_a_secret_hides_it_and_lets_password_managers_in() -> None:
    """Every form of the program, and every field that stands in a page by itself."""
    for module in pkgutil.walk_packages(kamkor.__path__, "kamkor."):
        if ".forms" in module.name:
            importlib.import_module(module.name)
    seen = set()
    for form in every(BaseForm):
        for name, field in getattr(form, "base_fields", {}).items():
            if form.__module__.startswith("kamkor.") and (isinstance(field, Secret) or "pass" in name):
                assert field.widget.input_type == "password", f"{form.__name__}.{name}"
                assert field.widget.attrs["autocomplete"] in {"current-password", "new-password"}
                seen.add(f"{form.__name__}.{name}")
    assert {
        "SignInForm.password",
        "UnlockForm.passphrase",
        "ChangePasswordForm.old",
        "MemberForm.new",
    } <= seen
    for page in Path(kamkor.__path__[0]).rglob("*.html"):
        for tag in re.findall(r"<input[^>]*>", page.read_text()):
            assert not re.search(r'name="[^"]*pass', tag) or 'type="password"' in tag, page


def every(kind: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for below in kind.__subclasses__():
        yield below
        yield from every(below)
