"""Whether a workbook is a form that telephones can run, and everything that is wrong in it."""

import io
import re
import shutil
import tempfile
from dataclasses import dataclass

from kamkor.methods.sheets.messages import FILE_MESSAGES
from kamkor.methods.sheets.problems import FileError
from kamkor.methods.surveys.flaws import BadForm, Flaw
from kamkor.methods.surveys.form import Form
from kamkor.methods.surveys.xlsform import LIMITS, read_form

ROW = re.compile(r"^\[row : ([0-9]+)\] ?(?:On the '([a-z]+)' sheet, )?")


@dataclass(frozen=True)
class Checked:
    """A form that can be used, what is less than well in it, and whether Java has tried it."""

    form: Form
    xform: str
    flaws: list[Flaw]
    tried: bool


def check(name: str, raw: bytes) -> Checked:
    """Raises BadForm with everything that was found wrong."""
    try:
        form, flaws = read_form(name, raw)
    except FileError as error:
        said = FILE_MESSAGES[error.code] % error.params
        raise BadForm([Flaw("", 0, "", "other", {"said": said})]) from error
    xform = _converted(raw)
    tried = _tried(xform)
    return Checked(form, xform, flaws, tried)


def _converted(raw: bytes) -> str:
    """What telephones read; pyxform is loaded when it is needed."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        made = convert(io.BytesIO(raw[: LIMITS.bytes]), file_type=".xlsx", validate=False, pretty_print=False)
    except PyXFormError as error:
        raise BadForm([_flaw(str(error))]) from error
    # Whatever else a foreign form makes the converter raise means that it cannot be used.
    except Exception as error:
        raise BadForm([Flaw("", 0, "", "not_converted")]) from error
    return str(made.xform)


def _flaw(said: str) -> Flaw:
    found = ROW.match(said)
    if not found:
        return Flaw("", 0, "", "other", {"said": said[:500]})
    return Flaw(found[2] or "survey", int(found[1]), "", "other", {"said": said[found.end() :][:500]})


def has_java() -> bool:
    return shutil.which("java") is not None


def _tried(xform: str) -> bool:
    """Let the engine of ODK Collect load the form, where Java is there; a form says nothing of anybody, so
    that it may lie in a file meanwhile."""
    if not has_java():
        return False
    from pyxform.validators.odk_validate import ODKValidateError, check_xform

    with tempfile.NamedTemporaryFile("w", suffix=".xml", encoding="utf-8") as file:
        file.write(xform)
        file.flush()
        try:
            check_xform(file.name)
        except ODKValidateError as error:
            raise BadForm([Flaw("", 0, "", "other", {"said": str(error)[:1000]})]) from error
    return True
