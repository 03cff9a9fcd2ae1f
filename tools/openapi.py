"""Writes the OpenAPI document down, so that a change of it is seen and meant."""

import json
import os
import sys
import tempfile
from pathlib import Path

import django


def main(path: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(DJANGO_SETTINGS_MODULE="kamkor.settings", KAMKOR_HOME=home)
        django.setup()
        from kamkor.api import document

        path.write_text(json.dumps(document(), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
