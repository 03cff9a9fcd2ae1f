"""How much memory large things take: documents that are taken in and given out, and a backup."""

import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from bench.options import Options, options
from bench.stage import ALONE, ROOT, inside

ABOUT = """## Memory of large things

What a process holds at most (the peak of its resident memory) beyond what it held before, each row in a
process of its own, on SQLite; MB of 1,000,000 bytes. A document of about 50 MB arrives in pieces of 64 KB as
from a proxy, is checked and cleaned, sealed, read again for the browser, and sealed anew when its file's key
turns. A picture is unpacked to be drawn anew: what it takes follows from its pixels, of which 40 million are
the most that is taken, and not from the size of its file. The backup is of a database of 200 MB.
"""


def main(given: Options) -> None:
    print(ABOUT, flush=True)
    with TemporaryDirectory() as folder:
        own = {name: value for name, value in os.environ.items() if not name.startswith("KAMKOR_")}
        more = {"KAMKOR_HOME": folder, "DJANGO_SETTINGS_MODULE": "kamkor.settings"}
        environment = own | ALONE | more | {"KAMKOR_UPLOAD_MAX_BYTES": str(60 * 2**20)}
        for database in ("default", "keys"):
            command = [sys.executable, "-m", "django", "migrate", "-v0", "--database", database]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
        inside("bench.measures.memory", environment, given)


if __name__ == "__main__":
    main(options())
