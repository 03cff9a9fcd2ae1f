"""Two files of one person: side by side, made one, and taken apart again."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.methods.names import fold
from kamkor.methods.telephones import numbers_in
from kamkor.people import facts
from kamkor.people.actions import merging as actions
from kamkor.people.files import NAMES
from kamkor.people.models import Person, SamePair
from kamkor.people.pages import person_page
from kamkor.people.sharing import NUMBER, item_label, mask, particulars


@person_page("person.merge")
def merge(request: DeskRequest, person: Person, other: int) -> HttpResponse:
    """`person` stays; the other file leads to it."""
    beside = get_object_or_404(Person.objects.visible_to(request.actor).standing(), pk=other)
    if beside.pk == person.pk:
        raise Http404
    if request.method == "POST":
        actions.merge(request.actor, beside, into=person)
        messages.success(request, _("The two files are one. It can be undone on this page."))
        return redirect("person", person.pk)
    rows = compare(request.actor, person, beside)
    pair = _proposal(request.actor, person, beside)
    context = {"person": person, "other": beside, "rows": rows, "pair": pair}
    return render(request, "people/merge.html", context)


def _proposal(actor: Actor, one: Person, two: Person) -> SamePair | None:
    """Why the two were proposed, if nobody has decided about them."""
    first, second = sorted((one.pk, two.pk))
    return SamePair.objects.visible_to(actor).open().filter(one=first, two=second).first()


@person_page("person.unmerge", methods=("POST",))
def unmerge(request: DeskRequest, person: Person, other: int) -> HttpResponse:
    """Take one of the files that lead to `person` out again."""
    hers = Person.objects.visible_to(request.actor).filter(pk__in=person.all_ids(), merged_into__isnull=False)
    beside = get_object_or_404(hers, pk=other)
    actions.unmerge(request.actor, beside)
    messages.success(request, _("The two files stand apart again."))
    return redirect("person", beside.pk)


def compare(actor: Actor, one: Person, two: Person) -> list[dict[str, object]]:
    """Both files row by row, with the reasons for and against: what is the same, what differs, what only one
    says. The personal number is compared, not shown."""
    said = [facts.in_words(one), facts.in_words(two)]
    rows = [_row(label, first, second) for (label, first), (_label, second) in zip(*said, strict=True)]
    return _compare_sealed(actor, one, two) + rows


def _compare_sealed(actor: Actor, one: Person, two: Person) -> list[dict[str, object]]:
    rows = particulars(actor, [one.pk, two.pk])
    texts = actor.keyring.read_many([row.item for row in rows])
    found: dict[str, dict[int, list[str]]] = {}
    labels = {row.kind: item_label(row.item) for row in rows}
    for row in rows:
        found.setdefault(row.kind, {}).setdefault(row.person_id, []).append(texts.get(row.item_id, ""))
    pairs = {
        kind: ("\n".join(said.get(one.pk, [])), "\n".join(said.get(two.pk, [])))
        for kind, said in found.items()
    }
    return [_row(labels[kind], *pair, kind=kind) for kind, pair in pairs.items()]


def _row(label: str, one: str, two: str, *, kind: str = "") -> dict[str, object]:
    alike = _plain(one, kind) == _plain(two, kind)
    state = "only" if not (one and two) else "same" if alike else "differs"
    if kind == NUMBER:
        one, two = (mask() if text else "" for text in (one, two))
    return {"label": label, "one": one, "two": two, "state": state}


def _plain(text: str, kind: str) -> object:
    """What two ways of writing the same have in common."""
    if kind in NAMES:
        return fold(text)
    return numbers_in(text) if kind == "phone" and numbers_in(text) else text.casefold()
