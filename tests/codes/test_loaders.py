"""The code lists against the reference, and what a wrong row gets."""

import csv
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from kamkor.codes import htcds, loaders
from kamkor.codes.loaders import Code, CodeFileError, code_list, lists, load_all, pack_version, read

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"
needs_reference = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference files are not here")

COUNTS = {
    "kg_regions": ("place", 85),
    "ilo_indicators": ("ilo_indicator", 67),
    "ilo_forced_labour_11": ("ilo11", 11),
    "kg_institutions": ("institution", 21),
    "kg_hotlines": ("hotline", 7),
    "kg_permit_states": ("permit_state", 9),
    "gbvims_types": ("gbv_type", 6),
    "gbvims_case_context": ("gbv_context", 9),
    "nrm_stages": ("nrm_stage", 14),
    "consent_checklist": ("consent_item", 7),
    "crosswalk_exploitation": ("exploitation", 17),
}


def reference(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_counts() -> None:
    assert {name: len(code_list(name)) for name, _ in COUNTS.values()} == dict(COUNTS.values())
    assert len(code_list("country")) == 249
    assert len(code_list("language")) == 184
    assert sum(name.startswith("htcds.") for name in lists()) == 21


@needs_reference
@pytest.mark.parametrize("name", COUNTS)
def test_nothing_of_the_reference_is_lost(name: str) -> None:
    assert len(reference(name)) == COUNTS[name][1]


@needs_reference
def test_every_htcds_code_of_every_version_is_there() -> None:
    wanted = {(row["version"], row["full_name"], row["code"]) for row in reference("htcds_codes")}
    found = {
        (code.version, code.list.removeprefix("htcds."), code.code)
        for code in load_all()
        if code.list.startswith("htcds.") and not code.extra["extension"]
    }
    assert found == wanted


@needs_reference
def test_places_keep_codes_names_and_parents() -> None:
    for row in reference("kg_regions"):
        place = code_list("place")[row["soate"]]
        assert (place.labels["ky"], place.labels["ru"]) == (row["name_ky"], row["name_ru"])
        assert (place.parent, place.extra["pcode"]) == (row["parent_soate"], row["cod_pcode"])


@needs_reference
def test_strengths_of_indicators_are_those_of_the_reference() -> None:
    for row in reference("ilo_indicators"):
        extra = code_list("ilo_indicator")[row["code"]].extra
        for profile in ("adult_labour", "child_labour", "adult_sexual", "child_sexual"):
            assert extra[profile] == row[f"strength_{profile}"]


@needs_reference
def test_legal_articles_cover_every_instrument() -> None:
    found = {code.extra["instrument"] for code in code_list("legal_article").values()}
    assert found == {row["instrument"] for row in reference("kg_legal")}


def test_84_fields_in_htcds_2() -> None:
    assert [len(htcds.fields(version)) for version in htcds.VERSIONS] == [74, 86, 84]
    known = {field.list for version in htcds.VERSIONS for field in htcds.fields(version) if field.list}
    assert known == {name for name in lists() if name.startswith("htcds.")}
    with pytest.raises(KeyError):
        htcds.fields("3.0")


def test_every_code_that_a_desk_sees_has_four_labels() -> None:
    for name in lists():
        for code in code_list(name).values():
            assert set(code.labels) == set(loaders.LANGUAGES), (name, code.code)


def test_labels_are_in_their_own_alphabet() -> None:
    for name in lists():
        if name in ("country", "language"):
            continue
        for code in code_list(name).values():
            assert not re.search("[а-яА-ЯёЁ]", code.labels["uz"] + code.labels["en"]), (name, code.code)
            assert not re.search("[‘`'´]", code.labels["uz"]), (name, code.code)
            assert not re.search("[a-z][а-яё]|[а-яё][a-z]", code.labels["ru"] + " " + code.labels["ky"]), code


def test_crosswalks_point_at_codes_that_exist() -> None:
    columns = {
        "htcds_type": "vic_TypeOfExploitation",
        "htcds_sex_type": "vic_TypeOfSexExploitation",
        "htcds_industry": "vic_ForcedLabourIndustry",
        "htcds_means": "vic_MethodsOfControl",
    }
    for entry in code_list("exploitation").values():
        for column, name in columns.items():
            for code in filter(None, entry.extra[column].split(";")):
                assert code in code_list(f"htcds.{name}")
    means = {entry.extra["htcds"] for entry in code_list("means_crosswalk").values()} - {""}
    assert means == set(code_list("htcds.vic_MethodsOfControl"))
    for name in ("means_crosswalk", "ilo_indicator"):
        for entry in code_list(name).values():
            assert set(filter(None, entry.extra["ilo11"].split(";"))) <= set(code_list("ilo11"))
    for entry in code_list("ilo_indicator").values():
        assert entry.extra["dimension"] in code_list("ilo_dimension")


def test_organisations_stand_in_known_places_and_are_unconfirmed() -> None:
    for entry in code_list("organisation").values():
        assert entry.extra["place"] in {"", *code_list("place")}
        assert entry.extra["kind"] in ("ngo", "state", "international")
        assert not entry.confirmed
        assert not re.search(r"@|\+?\d{6,}", " ".join([*entry.labels.values(), entry.source, entry.note]))


def test_the_law_of_a_day() -> None:
    articles = code_list("legal_article")
    years = {"cc_1997_124": "1997", "cc_2017_171": "2017", "cc_2021_159": "2021", "cc_2021_166": "2021"}
    years |= {"cc_2021_167": "2021", "cc_2021_170": "2021"}
    assert {name: articles[name].extra["code_year"] for name in years} == years
    day = date(2020, 6, 1)
    assert articles["cc_2017_171"].valid_on(day)
    assert not articles["cc_1997_124"].valid_on(day)
    assert not articles["cc_2021_166"].valid_on(day)


def test_local_extension_codes_are_marked() -> None:
    methods = code_list("htcds.vic_MethodsOfControl")
    assert [code for code in methods if methods[code].extra["extension"]] == [
        "RestrictsMovement",
        "UsesChildren",
    ]
    assert set(code_list("htcds.prs_Gender", "0.2")) >= {"Male", "Female"}
    with pytest.raises(KeyError):
        code_list("htcds.prs_Gender", "9.9")


def test_hotlines_say_whether_they_are_confirmed() -> None:
    lines = code_list("hotline")
    assert lines["111"].confirmed
    assert not lines["189"].confirmed
    assert not lines["112"].confirmed


def test_label_in_every_language() -> None:
    place = code_list("place")["41706000000000"]
    assert place.label("ru") == "Ошская область"
    assert place.label("ky-kg") == "Ош облусу"
    assert place.label("uz") == "Oʻsh viloyati"
    assert place.label("uz-cyrl") == place.label("uz_Cyrl") == "Ўш вилояти"
    assert place.label("fr") == "Osh oblast"
    only_english = Code("list", "1", "code", 1, {"en": "Word"})
    assert only_english.label("uz-cyrl") == "Word"


BREAKS = [
    ("status", 3, "sure", "status", "“sure” is unknown"),
    ("valid_from", 4, "2021-13-01", "valid_from", "“2021-13-01” is not a date"),
    ("label_ky", 5, "", "label_ky", "is empty"),
    ("parent", 6, "999", "parent", "“999” is no other code of the list “place”"),
    ("code", 7, "41702000000000", "code", "stands in row 2 already"),
    ("order", 8, "first", "order", "“first” is not a whole number"),
]


@pytest.mark.parametrize(("column", "number", "after", "field", "mend"), BREAKS)
def test_a_wrong_row_is_refused_with_file_row_field_and_mend(
    column: str, number: int, after: str, field: str, mend: str, tmp_path: Path
) -> None:
    path = tmp_path / "place.csv"
    with (loaders.LISTS / "place.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[number - 1][rows[0].index(column)] = after
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    with pytest.raises(CodeFileError) as caught:
        read(path)
    assert (caught.value.file, caught.value.row, caught.value.field) == ("place.csv", number, field)
    assert mend in caught.value.mend
    assert str(caught.value).startswith(f"place.csv, row {number}, {field}: ")


@pytest.mark.parametrize(
    ("old", "new", "row", "field"),
    [
        (b"label_uz", b"lable_uz", 1, "label_uz"),
        (b"KG02000000000,", b"KG02000000000,,", 2, "row"),
        ("облусу".encode(), b"\xff\xfe", 1, "file"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused(
    old: bytes, new: bytes, row: int, field: str, tmp_path: Path
) -> None:
    path = tmp_path / "place.csv"
    path.write_bytes((loaders.LISTS / "place.csv").read_bytes().replace(old, new, 1))
    with pytest.raises(CodeFileError) as caught:
        read(path)
    assert (caught.value.row, caught.value.field) == (row, field)


def test_the_digest_follows_the_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(loaders.LISTS, tmp_path / "lists")
    monkeypatch.setattr(loaders, "LISTS", tmp_path / "lists")
    fresh = pack_version.__wrapped__
    assert fresh() == fresh() == pack_version()
    with (tmp_path / "lists" / "gbv.csv").open("a", encoding="utf-8") as file:
        file.write("gbv_type,2017,7,7,New,Жаңы,Новый,Yangi,,,,our proposal,test,\n")
    assert fresh() != pack_version()


def test_a_list_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(loaders.LISTS / "gbv.csv", tmp_path / "a.csv")
    shutil.copy(loaders.LISTS / "gbv.csv", tmp_path / "b.csv")
    monkeypatch.setattr(loaders, "LISTS", tmp_path)
    with pytest.raises(CodeFileError, match="another file"):
        load_all()
