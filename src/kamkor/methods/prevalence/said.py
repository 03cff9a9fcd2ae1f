"""Sentences that somebody reads: in English at once, and with what another language needs to say them."""


class Said(str):
    """An English sentence that knows its template and its values, so that a page can say it otherwise."""

    template: str
    values: dict[str, str]

    @property
    def parts(self) -> list[object]:
        """As data: the template, which is the message of the catalogues, and its values."""
        return [self.template, self.values]


def said(template: str, **values: object) -> Said:
    """The sentence with these values."""
    words = {name: str(value) for name, value in values.items()}
    sentence = Said(template % words)
    sentence.template, sentence.values = template, words
    return sentence


def gettext_noop(text: str) -> str:
    """Marks a template for translators; what is written stays English here."""
    return text
