import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kamkor.vault import crypto, desks, names
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import NameEntry
from kamkor.vault.name_search import Entry
from tests.vault.conftest import PHRASE, Staffed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def filed(centre: Staffed) -> Staffed:
    ring = centre.ring()
    names.index(ring, centre.desk, {1: ["Гүлнара Токтосунова", "Гуля"]})
    names.index(ring, centre.desk, {2: ["Бакыт уулу Азамат"]})
    names.index(ring, centre.desk, {3: ["Светлана Орозбекова"]})
    return centre


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ("Гульнара Токтосунова", 1),
        ("Gulnara Toktosunova", 1),
        ("Gulnora", 1),
        ("Гүлнара", 1),
        ("Azamat Bakyt uulu", 2),
        ("Азамат", 2),
        ("svetlana orozbekova", 3),
    ],
)
def test_a_person_is_found_however_the_name_is_spelt(filed: Staffed, query: str, subject: int) -> None:
    found = names.find(filed.ring(), filed.desk, query)
    assert found[0].id == subject
    assert len({match.id for match in found}) == len(found)


def test_another_name_finds_nobody(filed: Staffed) -> None:
    assert names.find(filed.ring(), filed.desk, "Мээрим Кадырова") == []
    assert names.find(filed.ring(), filed.desk, "") == []


def test_another_desk_finds_nobody(filed: Staffed, clinic: Staffed) -> None:
    assert names.find(clinic.ring(), clinic.desk, "Азамат") == []
    assert names.find(clinic.ring(), filed.desk, "Азамат") == []


@pytest.mark.parametrize(
    "query",
    [
        "Uekmyfhf Njrnjceyjdf",
        "Гулнра Токтосуова",
        "ГүлнараТоктосунова",
        "Гүл нара Токтосунова",
        "Gulnara Toktosunova 1990",
        "Г. Токтосунова",
        "үлнара Токтосунова",
    ],
)
def test_a_slip_of_the_hand_opens_more_buckets(filed: Staffed, query: str) -> None:
    assert names.find(filed.ring(), filed.desk, query)[0].id == 1


def test_what_an_older_release_filed_is_not_misread_and_is_filed_anew(
    filed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(NameEntry.objects.values_list("index", "bucket"))
    monkeypatch.setattr("kamkor.methods.names.FOLDING", 99)
    assert names.find(filed.ring(), filed.desk, "gulnara Toktosunova") == []
    names.index(filed.ring(), filed.desk, {1: ["Гүлнара Токтосунова"]})
    assert names.find(filed.ring(), filed.desk, "gulnara Toktosunova")[0].id == 1
    kept = set(NameEntry.objects.values_list("index", "bucket"))
    assert kept - before
    assert before - kept
    names.forget(filed.ring(), filed.desk, 1)
    assert names.find(filed.ring(), filed.desk, "gulnara Toktosunova") == []


def test_a_person_with_very_many_names_is_filed_and_forgotten(filed: Staffed) -> None:
    alphabet = "бвгджзклмнпрстфхчш"
    many = [f"{one}а{other}ан {other}у{one}ур" for one in alphabet for other in alphabet[:6]]
    names.index(filed.ring(), filed.desk, {7: [*many, " ".join(many)]})
    assert NameEntry.objects.count() > 10 * names.SLOTS
    assert 7 in {match.id for match in names.find(filed.ring(), filed.desk, many[-1])}
    names.forget(filed.ring(), filed.desk, 7, 2)
    assert {entry[0] for entry in _all_entries(filed)} == {1, 3}


def test_a_name_without_end_is_filed_and_found(filed: Staffed) -> None:
    names.index(filed.ring(), filed.desk, {5: ["Айнагүл Сейитова " + "омурбек" * 1000]})
    assert names.find(filed.ring(), filed.desk, "Айнагул Сейитова")[0].id == 5


def test_rows_of_one_person_do_not_stand_together(filed: Staffed) -> None:
    NameEntry.objects.all().delete()
    people = {number: [f"{letter}ана {letter}ирова"] for number, letter in enumerate("бвгджзклмнпрстфхчш")}
    names.index_new(filed.ring(), filed.desk, people)
    order = [entry[0] for entry in _all_entries(filed)]
    assert sorted(order) != order
    assert len(order) == 2 * len(people)


def _all_entries(staffed: Staffed) -> list[Entry]:
    """In the order in which the database keeps them."""
    [secret] = names._current(staffed.ring(), staffed.desk)
    buckets = NameEntry.objects.filter(holder=staffed.desk).values_list("bucket", flat=True)
    return [entry for _, entry in secret.opened(set(buckets))]


def test_the_rows_tell_no_name(filed: Staffed) -> None:
    kept = b"".join(bytes(entry.sealed) for entry in NameEntry.objects.all())
    for word in ("Азамат", "azamat", "svetlana", "gulnar"):
        assert word.encode() not in kept
    lengths = {len(bytes(entry.sealed)) for entry in NameEntry.objects.all()}
    assert len(lengths) == 1
    assert len({entry.bucket for entry in NameEntry.objects.all()}) > 3


def test_two_desks_file_one_name_in_unlike_buckets(filed: Staffed, clinic: Staffed) -> None:
    name = ["Светлана Орозбекова Жаныбековна"]
    names.index(filed.ring(), filed.desk, {9: name})
    names.index(clinic.ring(), clinic.desk, {9: name})
    ours, theirs = (
        set(NameEntry.objects.filter(holder=desk).values_list("bucket", flat=True))
        for desk in (filed.desk, clinic.desk)
    )
    assert not theirs <= ours


def test_an_entry_moved_to_another_bucket_is_noticed(filed: Staffed) -> None:
    entries = list(NameEntry.objects.order_by("token"))
    for entry in entries:
        NameEntry.objects.filter(pk=entry.pk).update(bucket=0)
    ring = filed.ring()
    secret = names._secrets(ring, filed.desk, names.INDEX)[0]
    NameEntry.objects.update(bucket=secret.bucket("svtl t"))
    with pytest.raises(crypto.Unreadable):
        list(secret.entries({"svtl t"}))


def test_who_is_filed_anew_is_found_by_the_new_name_alone(filed: Staffed) -> None:
    names.index(filed.ring(), filed.desk, {2: ["Мээрим Кадырова"]})
    assert names.find(filed.ring(), filed.desk, "Азамат") == []
    assert names.find(filed.ring(), filed.desk, "Meerim")[0].id == 2


def test_the_forgotten_are_found_no_more(filed: Staffed) -> None:
    before = NameEntry.objects.count()
    names.forget(filed.ring(), filed.desk, 1)
    assert names.find(filed.ring(), filed.desk, "Гульнара") == []
    assert names.find(filed.ring(), filed.desk, "Азамат")[0].id == 2
    assert 0 < NameEntry.objects.count() < before


def test_a_leaver_reads_no_name_filed_after(filed: Staffed) -> None:
    leaver = filed.colleague()
    stolen = Keyring(list(Keyring.unlock(leaver, PHRASE).pairs.values()))
    desks.remove(filed.ring(), filed.desk, leaver)
    names.index(filed.ring(), filed.desk, {4: ["Мээрим Кадырова"]})
    assert names.find(filed.ring(), filed.desk, "Мээрим")[0].id == 4
    assert names.find(filed.ring(), filed.desk, "Азамат")[0].id == 2
    assert names.find(stolen, filed.desk, "Мээрим") == []
    names.forget(filed.ring(), filed.desk, 2)
    assert names.find(filed.ring(), filed.desk, "Азамат") == []


def test_callers_are_known_again_by_a_hash_of_the_desk(centre: Staffed, clinic: Staffed) -> None:
    [one] = names.caller_hashes(centre.ring(), centre.desk, "+996 555 01-02-03")
    assert names.caller_hashes(centre.ring(), centre.desk, "996555010203") == [one]
    assert names.caller_hashes(centre.ring(), centre.desk, "996555010204") != [one]
    assert names.caller_hashes(clinic.ring(), clinic.desk, "996555010203") != [one]
    desks.turn_desk(centre.ring(), centre.desk)
    newer, *older = names.caller_hashes(centre.ring(), centre.desk, "996555010203")
    assert (newer != one, older) == (True, [one])


def test_a_large_bucket_is_counted_once_an_hour_and_no_name_is_missed_for_it(
    filed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was counted before is only used to choose: who was filed since is found, who has gone is not."""
    monkeypatch.setattr(names, "_counted", {})
    monkeypatch.setattr(names, "_LARGE", 1)  # as if all of them were
    ring = filed.ring()
    assert names.find(ring, filed.desk, "Азамат Бакытов") != []
    with CaptureQueriesContext(connection) as first:
        assert names.find(ring, filed.desk, "Гүлнара Токтосунова")[0].id == 1
    names.index(ring, filed.desk, {9: ["Гүлнара Токтосунова"]})
    names.index(ring, filed.desk, {8: ["Нурзат Абдыраева"]})
    names.forget(ring, filed.desk, 1)
    with CaptureQueriesContext(connection) as again:
        assert [match.id for match in names.find(ring, filed.desk, "Гүлнара Токтосунова")] == [9]
    assert names.find(ring, filed.desk, "Нурзат Абдыраева")[0].id == 8
    counted = [sum("COUNT" in query["sql"] for query in asked.captured_queries) for asked in (first, again)]
    assert counted[0] > counted[1]
