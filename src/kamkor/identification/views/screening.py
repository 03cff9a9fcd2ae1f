"""Pages of a screening."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.base import codelists
from kamkor.identification import signs
from kamkor.identification.actions import screening as actions
from kamkor.identification.forms.screening import AnswersForm, OpenForm, TalkForm
from kamkor.identification.models import Answer, Screening, Talk
from kamkor.people.models import Person
from kamkor.people.pages import person_page

OPENERS = tuple(f"opener_{number}" for number in range(1, 9))
LONG_TALK = 45  # minutes


@person_page("screening.open")
def screenings(request: DeskRequest, person: Person) -> HttpResponse:
    """Those there are, and the form that begins one."""
    rows = actions.screenings_of(request.actor, person).select_related("interviewer").order_by("-opened_at")
    sent = request.POST if request.method == "POST" else None
    form = OpenForm(sent, child=person.is_child, again=rows.exists())
    if request.method == "POST" and form.is_valid():
        opened = actions.open_screening(request.actor, person, **form.cleaned_data)
        return redirect("screening", opened.pk)
    context = {
        "person": person,
        "rows": rows,
        "form": form,
        "may_ask": request.actor.may_here("interpreting.ask"),
    }
    status = 422 if form.errors else 200
    return render(request, "identification/screenings.html", context, status=status)


@person_page("screening.read", Screening)
def screening(request: DeskRequest, screening: Screening) -> HttpResponse:
    """The signs, what they add up to, the talks; a post saves what was changed."""
    actor = request.actor
    told = answers_of(actor, screening)
    form = AnswersForm(
        request.POST if request.method == "POST" else None,
        screening=screening,
        told=told,
        initial=_reasons(actor, screening),
    )
    if request.method == "POST" and form.is_valid():
        actions.answer(
            actor,
            screening,
            changed=form.changed(),
            elements=form.elements(),
            reasons=form.new_reasons(),
            version=form.cleaned_data["version"] or 0,
        )
        messages.success(request, _("Saved as it is. It can be taken up again at any time."))
        return redirect("screening", screening.pk)
    context = {"form": form, **_explained(screening, form, told), **_talks(actor, screening)}
    return render(request, "identification/screening.html", context, status=422 if form.errors else 200)


@person_page("screening.talk", Screening, methods=("POST",))
def talk(request: DeskRequest, screening: Screening) -> HttpResponse:
    """Start a talk, or stop the one that is going on."""
    form = TalkForm(request.POST) if "stopped" in request.POST else None
    if form is None:
        actions.talk(request.actor, screening, interpreter="interpreter" in request.POST)
    elif form.is_valid():
        actions.talk(request.actor, screening, **form.cleaned_data)
        messages.success(request, _("The talk is noted. Close with calm ground and one next step."))
    else:
        messages.error(request, _("Say why the talk stopped."))
    return redirect("screening", screening.pk)


@person_page("screening.set_aside", Screening, methods=("POST",))
def set_aside(request: DeskRequest, screening: Screening) -> HttpResponse:
    actions.set_aside(request.actor, screening)
    messages.success(request, _("Set aside. Nobody is at fault, and it can be taken up again."))
    return redirect("screenings", screening.person_id)


def answers_of(actor: Actor, screening: Screening) -> dict[str, str]:
    rows = Answer.objects.visible_to(actor).filter(screening=screening)
    return dict(rows.values_list("indicator", "value"))


def _reasons(actor: Actor, screening: Screening) -> dict[str, object]:
    item = screening.reasons
    return {"reasons": actor.keyring.read(item), "version": item.version} if item else {"version": 0}


def _explained(screening: Screening, form: AnswersForm, told: dict[str, str]) -> dict[str, object]:
    result = signs.weigh(screening.profile, told)
    groups = signs.grouped(signs.indicators(), result)
    return {
        "screening": screening,
        "result": result,
        "finding": signs.FINDINGS[result.score.finding] if result.score else None,
        "groups": [(group, list(form.of(group.signs))) for group in groups],
        "told": [group for group in groups if group.told],
        "elements": [
            (element.value, signs.labels(codes)) for element, codes in result.signs.items() if codes
        ],
    }


def _talks(actor: Actor, screening: Screening) -> dict[str, object]:
    rows = list(Talk.objects.visible_to(actor).filter(screening=screening).order_by("at"))
    running = next((row for row in rows if not row.stopped), None)
    passed = int((timezone.now() - running.at).total_seconds() // 60) if running else 0
    spoken = _spoken(screening.person)
    return {
        "talks": rows,
        "running": running,
        "passed": passed,
        "too_long": passed >= LONG_TALK,
        "talk_form": TalkForm(),
        "spoken": spoken,
        "openers": [script(code, spoken) for code in OPENERS],
        "before": script("child_before" if screening.person.is_child else "before_talk", spoken),
    }


def _spoken(person: Person) -> str:
    """The language to speak with this person, if the scripts have it; else the reader's own."""
    known = dict(codelists.entries("script")["before_talk"].labels) if codelists.entries("script") else {}
    reader = translation.get_language() or "en"
    return next((language for language in person.languages if language in known), reader)


def script(code: str, language: str) -> str:
    entry = codelists.entries("script").get(code)
    return entry.label(language) if entry else ""
