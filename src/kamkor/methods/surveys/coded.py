"""Answers in people's own words, coded by hand, as a question more with several answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kamkor.methods.surveys.form import Choice, Form, Question, Words

SUFFIX = "_coded"
Frames = Mapping[str, Sequence[tuple[str, str]]]  # question → its codes: name and label


def with_codes(form: Form, frames: Frames, mark: str = "coded") -> Form:
    """The form with, behind each question that has codes, one that counts them like a multiple choice. `mark`
    tells its words from those of the question."""
    questions: list[Question] = []
    for question in form.questions:
        questions.append(question)
        if codes := frames.get(question.key):
            questions.append(_coded(form, question, codes, mark))
    return replace(form, questions=tuple(questions))


def _coded(form: Form, question: Question, codes: Sequence[tuple[str, str]], mark: str) -> Question:
    choices = tuple(Choice(name, Words({}, label)) for name, label in codes)
    key = coded_key(form, question.key)
    said = {language: f"{words} ({mark})" for language, words in question.words.said.items()}
    words = Words(said, f"{question.words.fallback or question.name} ({mark})")
    return Question(tuple(key.split("/")), "select_multiple", words, choices, question.repeat)


def coded_key(form: Form, key: str) -> str:
    """Under which name the codes of a question are counted; no question of the form itself has it."""
    taken = {question.key for question in form.questions}
    key += SUFFIX
    while key in taken:
        key += "_"
    return key
