"""Backs up a demonstration, restores it elsewhere, and drills the backup with a colleague's pass phrase."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyrage


def kamkor(home: Path, *arguments: str | Path) -> str:
    """Run the command in an instance of its own, and show what it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAMKOR_")}
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "kamkor.cli", *map(str, arguments)],
        env={**kept, "KAMKOR_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"kamkor {arguments[0]}, {time.monotonic() - started:.1f} s", flush=True)
    if arguments[0] not in {"migrate", "demo"} or done.returncode:
        print("  " + (done.stdout + done.stderr).strip().replace("\n", "\n  "), flush=True)
    if done.returncode:
        sys.exit("The drill has failed.")
    return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kamkor-drill-") as folder:
        place = Path(folder)
        home = place / "home"
        kamkor(home, "migrate")
        kamkor(home, "demo")
        kamkor(home, "audit", "seal")
        officer = pyrage.x25519.Identity.generate()
        (place / "officer").write_text(str(officer))
        accounts = json.loads((home / "demo-accounts.json").read_text())
        worker = next(account for account in accounts if account["role"] == "worker")
        (place / "phrase").write_text(worker["password"])
        keys = place / "apart" / "key-store.kamkor"
        where: list[str | Path] = [
            "--to",
            place / "records",
            "--keys-to",
            keys,
            "--officer",
            str(officer.to_public()),
        ]
        signer = kamkor(home, "backup", *where).split("Signed with ")[1].split()[0]
        archives: list[str | Path] = [*(place / "records").glob("*.kamkor"), keys]
        opened: list[str | Path] = ["--identity", place / "officer"]
        kamkor(
            home,
            "drill",
            *archives,
            *opened,
            "--as",
            worker["username"],
            "--passphrase-file",
            place / "phrase",
        )
        kamkor(home, "restore", *archives, *opened, "--signer", signer, "--into", place / "restored")
        kamkor(place / "restored", "audit", "verify", "--copy", place / "restored" / "audit-seals.jsonl")
    print("The drill has passed.")


if __name__ == "__main__":
    main()
