"""Codes given by hand as a question more."""

from kamkor.methods.surveys.coded import with_codes
from tests.methods.surveys.books import form


def test_a_question_of_the_form_keeps_its_name() -> None:
    asks = form([("type", "name", "label"), ("text", "why", "Why?"), ("text", "why_coded", "And?")])
    made = with_codes(asks, {"why": [("c1", "Distance")]}, "coded")
    assert [question.key for question in made.questions] == ["why", "why_coded_", "why_coded"]
    assert made.questions[1].words.in_language("") == "Why? (coded)"
