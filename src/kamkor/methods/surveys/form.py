"""A questionnaire as people see it: questions with their words in each language, groups, repeats, choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ONE, SEVERAL, NUMBER = "one", "several", "number"
COUNTED = {
    "select_one": ONE,
    "acknowledge": ONE,
    "select_multiple": SEVERAL,
    "integer": NUMBER,
    "decimal": NUMBER,
    "range": NUMBER,
}
# These can name somebody, and are sealed unless the desk says otherwise.
TELLING = frozenset(
    "text date datetime barcode geopoint geotrace geoshape image audio video file audit background-audio "
    "background-geopoint start-geopoint username email phonenumber deviceid "
    "subscriberid simserial osm calculate hidden rank".split()
)
# What is about the filling in, not about the subject.
ABOUT = frozenset("start end today time".split())
WITHOUT_ANSWER = frozenset({"note", "csv-external", "xml-external"})
TYPES = frozenset(COUNTED) | TELLING | ABOUT | WITHOUT_ANSWER


@dataclass(frozen=True)
class Words:
    """A text in each of its languages; "" is the key of one that says no language."""

    said: Mapping[str, str]
    fallback: str = ""

    def in_language(self, language: str, default: str = "") -> str:
        """The text asked for, else that of the form's own language, else any."""
        wanted = (language_key(self.said, language), language_key(self.said, default), "")
        found = next((self.said[key] for key in wanted if key is not None and self.said.get(key)), "")
        return found or next(filter(None, self.said.values()), "") or self.fallback


def language_key(languages: Mapping[str, str], asked: str) -> str | None:
    """`ky` is “Кыргызча (ky)” as forms write it; a name in full is itself."""
    if asked in languages:
        return asked
    return next(
        (name for name in languages if asked and name.casefold().endswith(f"({asked.casefold()})")), None
    )


@dataclass(frozen=True)
class Choice:
    name: str
    words: Words


@dataclass(frozen=True)
class Question:
    """One row of the sheet `survey` that can be answered."""

    path: tuple[str, ...]  # the groups and repeats in which it lies, then its own name
    type: str
    words: Words
    choices: tuple[Choice, ...] = ()
    repeat: str = ""  # the innermost repeat, as a path
    cell: str = ""  # where its type stands, as C7
    list_name: str = ""
    hxl: str = ""  # its tag, as humanitarian data are marked

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def key(self) -> str:
        return "/".join(self.path)

    @property
    def kind(self) -> str:
        """How it is counted: one, several, number, or "" if it is not."""
        return COUNTED.get(self.type, "")

    @property
    def sealed(self) -> bool:
        """Whether its answers are sealed unless the desk says otherwise."""
        return self.type in TELLING


@dataclass(frozen=True)
class Form:
    """What a questionnaire asks, in the order of its sheet."""

    id: str
    title: str
    version: str
    languages: tuple[str, ...]
    default_language: str
    questions: tuple[Question, ...] = field(default=())
    repeats: Mapping[str, Words] = field(default_factory=dict)

    def question(self, name: str) -> Question | None:
        """By its name or by its whole path; None if there is none, or the name stands twice."""
        found = [question for question in self.questions if name in {question.key, question.name}]
        return found[0] if len(found) == 1 else next((one for one in found if one.key == name), None)
