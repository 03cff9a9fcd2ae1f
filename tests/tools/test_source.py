"""What the source never does, whoever writes it next: looked for in the text of all of it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = sorted((ROOT / "src").rglob("*.py"))
SCRIPTS = sorted((ROOT / "frontend" / "src").glob("*.js"))
# What takes text for HTML or for a program.
TEXT_AS_CODE = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTMLUnsafe"
    r"|srcdoc|\beval\(|new Function|set(?:Timeout|Interval)\(\s*[\"'`]|javascript:"
)
# A property whose name comes from somewhere, and what copies all properties of one object to another.
FOREIGN_NAMES = re.compile(
    r"__proto__|\.prototype\b|constructor\[|\w\[[a-z]\w*\]\s*=[^=]|\bmerge\(|structuredClone"
)
REGEX = {"compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer"}


@pytest.mark.asvs("3.2.2")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_put_text_into_pages_as_text(script: Path) -> None:
    assert not TEXT_AS_CODE.findall(script.read_text())


@pytest.mark.asvs("15.3.6")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_set_no_property_whose_name_they_were_sent(script: Path) -> None:
    """Objects are only filled with names that stand in the script; what is named by others is a Map."""
    assert not FOREIGN_NAMES.findall(script.read_text())


@pytest.mark.asvs("6.2.7")
def test_no_script_and_no_field_hinders_pasting() -> None:
    for script in SCRIPTS:
        assert not re.search(r"[\"']paste[\"']|onpaste", script.read_text()), script.name
    for path in [*PYTHON, *(ROOT / "src").rglob("*.html")]:
        assert "onpaste" not in path.read_text(), path


def test_the_key_store_is_named_where_keys_live_and_die() -> None:
    """No policy of a database stands around it (decision 17): no page and no query of an app asks it."""
    source = ROOT / "src" / "kamkor"
    named = {str(path.relative_to(source)) for path in PYTHON if "StoredKey" in path.read_text()}
    assert {name for name in named if not name.startswith("vault/")} == {
        "people/erasure.py",
        "backup/drilling.py",
    }


def built_patterns(path: Path) -> Iterator[str]:
    """Patterns that are put together when the program runs, of anything that is not escaped."""
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, ast.FunctionDef | ast.Lambda):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and is_regex(call) and not is_fixed(call.args[0]):
                    yield f"{path.relative_to(ROOT)}:{call.lineno} {ast.unparse(call.args[0])}"


def is_regex(call: ast.Call) -> bool:
    named = call.func
    return isinstance(named, ast.Attribute) and ast.unparse(named.value) == "re" and named.attr in REGEX


def is_fixed(pattern: ast.expr) -> bool:
    """Written out, a constant of the module, or with every other part escaped."""
    match pattern:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.strip("_").isupper()
        case ast.JoinedStr(values=parts):
            return all(is_fixed(part) for part in parts)
        case ast.FormattedValue(value=value):
            return is_fixed(value)
        case ast.BinOp(left=left, right=right):
            return is_fixed(left) and is_fixed(right)
        case ast.Call(func=ast.Attribute(attr="escape")):
            return True
    return False


# Patterns that go through a function, all of them written out where it is called.
OF_TABLES = {
    "src/kamkor/methods/adverts/contacts.py": "pattern",
    "src/kamkor/methods/sheets/cells.py": "separators",
}


@pytest.mark.asvs("1.2.9")
def test_no_pattern_is_built_of_what_somebody_sent() -> None:
    found = [one for path in PYTHON for one in built_patterns(path)]
    allowed = [one for one in found if OF_TABLES.get(one.partition(":")[0]) == one.rpartition(" ")[2]]
    assert sorted(set(found) - set(allowed)) == []


def test_a_pattern_of_what_was_sent_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.tools.test_source.ROOT", tmp_path)
    path = tmp_path / "search.py"
    path.write_text(
        "import re\ndef find(sent):\n    re.search(f'{sent}$', 'x')\n    re.search(re.escape(sent), 'x')\n"
    )
    assert list(built_patterns(path)) == ["search.py:3 f'{sent}$'"]
