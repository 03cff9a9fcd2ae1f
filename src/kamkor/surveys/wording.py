"""What is said of forms, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.methods.surveys.flaws import MESSAGES, Flaw

SAID: dict[str, str | Promise] = {
    "no_survey": gettext_lazy("There is no sheet called survey. It holds the questions."),
    "no_column": gettext_lazy("The sheet has no column %(column)s. Write it into the first row."),
    "no_name": gettext_lazy("This question has no name. Write a short Latin word into the column name."),
    "bad_name": gettext_lazy(
        "“%(name)s” cannot be a name: Latin letters, digits and _ only, a letter first."
    ),
    "same_name": gettext_lazy(
        "The name %(name)s stands in row %(first)s already. Each name is used once in its group."
    ),
    "unknown_type": gettext_lazy("The type “%(type)s” is not known."),
    "no_list": gettext_lazy("The type needs the name of a list of choices, such as select_one yes_no."),
    "unknown_list": gettext_lazy("The list %(list)s is not on the sheet choices."),
    "no_choice": gettext_lazy("This choice has no %(column)s."),
    "same_choice": gettext_lazy("The list %(list)s has the choice %(name)s in row %(first)s already."),
    "spaced_choice": gettext_lazy(
        "“%(name)s” has a space: with several answers allowed it would be read as two."
    ),
    "not_closed": gettext_lazy("The %(what)s that begins here has no end."),
    "not_begun": gettext_lazy("This ends a %(what)s that is not open here."),
    "unknown_reference": gettext_lazy("${%(name)s} is not the name of a question."),
    "no_label": gettext_lazy("This question has no words that people can read (column label)."),
    "not_translated": gettext_lazy("The words in %(language)s are missing."),
    "nothing_asked": gettext_lazy("The sheet asks nothing."),
    "not_converted": gettext_lazy(
        "The form cannot be made into one that telephones read. Look for unusual cells."
    ),
}


def flaw(found: Flaw) -> str:
    """Where and what; what another program says stays as it is."""
    said = str(SAID.get(found.code, MESSAGES[found.code])) % found.params
    if not found.row:
        return f"{found.sheet}: {said}" if found.sheet else said
    place = _("sheet %(sheet)s, row %(row)s") % {"sheet": found.sheet, "row": found.row}
    return f"{place}{', ' if found.cell else ''}{found.cell}: {said}"
