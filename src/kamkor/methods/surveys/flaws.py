"""What is wrong in an XLSForm, and where: the words in English; callers translate and fill in."""

from dataclasses import dataclass, field

MESSAGES = {
    "no_survey": "There is no sheet called survey. It holds the questions.",
    "no_column": "The sheet has no column %(column)s. Write it into the first row.",
    "no_name": "This question has no name. Write a short Latin word into the column name.",
    "bad_name": "“%(name)s” cannot be a name: Latin letters, digits and _ only, a letter first.",
    "same_name": "The name %(name)s stands in row %(first)s already. Each name is used once in its group.",
    "unknown_type": "The type “%(type)s” is not known.",
    "no_list": "The type needs the name of a list of choices, such as select_one yes_no.",
    "unknown_list": "The list %(list)s is not on the sheet choices.",
    "no_choice": "This choice has no %(column)s.",
    "same_choice": "The list %(list)s has the choice %(name)s in row %(first)s already.",
    "spaced_choice": "“%(name)s” has a space: with several answers allowed it would be read as two.",
    "not_closed": "The %(what)s that begins here has no end.",
    "not_begun": "This ends a %(what)s that is not open here.",
    "unknown_reference": "${%(name)s} is not the name of a question.",
    "no_label": "This question has no words that people can read (column label).",
    "not_translated": "The words in %(language)s are missing.",
    "nothing_asked": "The sheet asks nothing.",
    "not_converted": "The form cannot be made into one that telephones read. Look for unusual cells.",
    "other": "%(said)s",
}
MILD = frozenset({"not_translated", "no_label"})


@dataclass(frozen=True, order=True)
class Flaw:
    """One thing to mend: sheet, row and cell, and what it is."""

    sheet: str
    row: int
    cell: str
    code: str
    params: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def mild(self) -> bool:
        """Whether the form can be used all the same."""
        return self.code in MILD

    @property
    def place(self) -> str:
        return ", ".join(filter(None, (self.sheet, f"row {self.row}" if self.row else "", self.cell)))

    def __str__(self) -> str:
        return (
            f"{self.place}: {MESSAGES[self.code] % self.params}"
            if self.place
            else MESSAGES[self.code] % self.params
        )


class BadForm(ValueError):
    """A workbook that is no questionnaire; `flaws` says everything that was found."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__("\n".join(map(str, flaws)))
        self.flaws = flaws
