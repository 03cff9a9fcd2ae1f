"""What the engine of forms says to whoever fills one in: frontend/said.mjs tells where each word stands.

“Send” is said by the pages without a line too, and is among their words.
"""

from typing import Any

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

SUNDAY_FIRST = (6, 0, 1, 2, 3, 4, 5)


def words() -> dict[str, str]:
    return {
        "add": _("Add"),
        "remove": _("Remove"),
        "language": _("Language"),
        "required": _("This field is required."),
        "constraint": _("This answer cannot be right."),
        "errors": _("Look at the questions that are marked."),
        "take": _("Take a picture"),
        "choose": _("Choose a picture"),
        "picture": _("Picture"),
        "otherFile": _("A browser takes pictures alone. Other files come with ODK Collect."),
        "missing": _("A picture, sound or film of this form is missing."),
        "cancel": _("Cancel"),
        "close": _("Close"),
        "yes": _("Yes"),
        "rank": _("Put in order"),
        "previous": _("Previous"),
        "next": _("Next"),
        "more": _("More"),
    } | _places()


def _places() -> dict[str, str]:
    return {
        "find": _("Find where I am"),
        "finding": _("Finding where you are…"),
        "again": _("Try again"),
        "noPlace": _("The place was not found. Switch location on, and allow this page to use it."),
        "savePlace": _("Keep this place"),
        "save": _("Save"),
        "saved": _("Saved."),
        "nothing": _("Nothing yet"),
        "points": _("Points"),
        "good": _("Accurate"),
        "poor": _("Not accurate"),
        "accuracy": _("Accuracy"),
        "latitude": _("Latitude"),
        "longitude": _("Longitude"),
        "altitude": _("Altitude"),
        "noMap": _("The map cannot be shown."),
        "tap": _("Tap the map where the place is."),
        "drag": _("Press a point and move it."),
        "anew": _("All points go, and you begin anew."),
        "undo": _("Undo"),
        "large": _("Full screen"),
        "all": _("Show all of it"),
        "closer": _("Closer"),
        "farther": _("Farther"),
    }


def locale() -> dict[str, Any]:
    """The words of its calendar and of its lists."""
    choose, nothing = _("Choose"), _("Nothing found.")
    steps = ("Decade", "Year", "Month", "Hour", "Minute", "Second")
    days, short = ([str(names[day]) for day in SUNDAY_FIRST] for names in (WEEKDAYS, WEEKDAYS_ABBR))
    return {
        "dayNames": days,
        "dayNamesShort": short,
        "dayNamesMin": [name[:2] for name in short],
        "monthNames": [str(name) for name in MONTHS.values()],
        "monthNamesShort": [str(name) for name in MONTHS_3.values()],
        "firstDayOfWeek": 1,
        "dateFormat": "dd.mm.yy",
        "today": _("today").capitalize(),
        "clear": _("Remove"),
        **{f"choose{what}": choose for what in ("Year", "Month", "Date")},
        **{f"prev{step}": _("Previous") for step in steps},
        **{f"next{step}": _("Next") for step in steps},
        **dict.fromkeys(("emptyMessage", "emptyFilterMessage", "emptySearchMessage"), nothing),
        "emptySelectionMessage": _("Nothing"),
        "searchMessage": "{0}",
        "selectionMessage": "{0}",
        "aria": {
            "close": _("Close"),
            "listLabel": choose,
            "previous": _("Previous"),
            "next": _("Next"),
            "star": "1",
            "stars": "{star}",
        },
    }
