"""Rules of practice that hold for the whole system and not for one page: words, columns, roles."""

import re
from collections.abc import Iterator

import polib
import pytest
from django.apps import apps
from django.urls import reverse

from kamkor.access import policy
from kamkor.assistance import sharing
from kamkor.assistance.casefile import EXPORT_HEAD
from kamkor.assistance.forms.cases import CaseFilter
from kamkor.codes.loaders import code_list, load_all
from tests.assistance.handing_out import exported
from tests.assistance.referring import FACT, PRIVILEGED, WORKING, case_at
from tests.world import World
from tools.catalogues import path

STIGMA = re.compile(
    r"\bhiv|\baids\b|pregnan|sex.?work|prostitut|orientation|lgbt|\bгей|\bвич\b|беремен|кош бойлуу|homilador",
    re.IGNORECASE,
)
VICTIM = re.compile(r"victim|жертв|курмандык|курмандыг|jabrlan|жабрлан|qurbon|қурбон", re.IGNORECASE)
# Lists whose words are a standard's, a law's or an authority's own: nothing that she reads or signs has them.
NOT_FOR_HER = ("htcds.", "ilo_indicator", "institution", "legal_article", "nrm_stage", "role")
FIGURES = ("src/kamkor/statistics/", "src/kamkor/methods/prevalence/")
FOR_COLLEAGUES = "src/kamkor/identification/forms/packets.py"  # what the worker writes to the commission


def columns() -> Iterator[str]:
    for model in apps.get_models():
        if model.__module__.startswith("kamkor."):
            yield from (f"{model.__name__}.{field.name}" for field in model._meta.fields)


def test_what_stigmatises_is_no_column_flag_or_filter() -> None:
    flags = [f"{code} {entry.labels}" for code, entry in code_list("flag_kind").items()]
    filters = [*CaseFilter().fields, *(str(label) for label in EXPORT_HEAD)]
    assert flags
    assert not [text for text in (*columns(), *flags, *filters) if STIGMA.search(text)]


def test_the_word_for_victim_is_in_no_list_that_is_read_to_a_person() -> None:
    assert len(code_list("script")) > 20
    told = [row for row in load_all() if not row.list.startswith(NOT_FOR_HER)]
    assert not [(row.list, row.code) for row in told if VICTIM.search(str(row.labels))]


@pytest.mark.parametrize("language", ["ky", "ru", "uz", "uz_Cyrl"])
def test_the_word_for_victim_is_on_no_page_but_the_figures(language: str) -> None:
    catalogue = polib.pofile(str(path(language)))
    assert len(catalogue) > 1000
    for entry in catalogue:
        if VICTIM.search(f"{entry.msgid} {entry.msgstr} {entry.msgstr_plural}"):
            where = [path for path, _line in entry.occurrences]
            assert all(path.startswith(FIGURES) or path == FOR_COLLEAGUES for path in where), entry.msgid


def test_interpreter_permit_officer_and_monitor_open_no_file() -> None:
    of_no_file = {"desk.use", "desk.why", "task.list", "task.finish", "reference.read", "directory.search"}
    of_no_file |= {"interpreting.list", "interpreting.take", "interpreting.begin"}  # by code alone
    # What their own work is about: firms, adverts, what a body says of itself.
    own = (
        "advert",
        "agreement",
        "complaint",
        "departure",
        "feed",
        "letter",
        "permit",
        "recruiter",
        "return",
        "visit",
    )
    opens: set[str] = set()
    for role in ("interpreter", "permit_officer", "monitor"):
        may = {verb for verb, rule in policy.RULES.items() if role in rule.roles}
        assert {verb for verb in may if verb.partition(".")[0] not in own} <= of_no_file, role
        opens |= {verb for verb in may if policy.RULES[verb].key}
    assert opens == {
        "complaint.read",
        "complaint.take",
        "recruiter.check",
        "recruiter.evidence",
        "recruiter.owners",
    }, "what these roles open is about firms"


def test_privileged_and_working_notes_leave_in_no_way(world: World) -> None:
    case = case_at(world)
    worker, head = world.actor("centre"), world.actor("centre", "supervisor")
    offered = " ".join(row.label for row in sharing.shareable(world.actor("centre", "advocate"), case))
    sent = exported(head).decode()
    assert FACT in offered
    assert FACT in sent
    papers = [
        world.client("centre")
        .post(reverse(name, args=[pk]), {"safe": "yes", "what": "file"})
        .content.decode()
        for name, pk in (("case-print", case.pk), ("person-print", case.person_id))
    ]
    shared = " ".join(row.label for row in sharing.shareable(worker, case))
    for text in (offered, shared, sent, *papers):
        assert PRIVILEGED not in text
        assert WORKING not in text
    seen = world.client("centre", "supervisor").get(reverse("case-timeline", args=[case.pk])).content.decode()
    assert WORKING in seen
    assert PRIVILEGED not in seen
