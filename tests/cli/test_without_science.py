"""`make run` installs no packages for figures: every page must be there without them."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.databases import ON_POSTGRESQL
from tests.ready import environment

ROOT = Path(__file__).parents[2]
IMPORTED = {"scikit-learn": "sklearn"}  # where a package is imported by another name
PROGRAM = """
import sys
for name in sys.argv[1:]:
    sys.modules[name] = None
import kamkor.wsgi
from django.urls import get_resolver
assert get_resolver().url_patterns
"""


@pytest.mark.skipif(ON_POSTGRESQL, reason="once is enough")
def test_the_server_starts_without_the_packages_for_figures(tmp_path: Path) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    absent = [IMPORTED.get(name, name) for name in extras["science"]]
    assert "numpy" in absent
    started = subprocess.run(
        [sys.executable, "-c", PROGRAM, *absent],
        check=False,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
    )
    assert started.returncode == 0, started.stderr
