"""What the people of a data set have paid already: rho, added over releases, refused over the budget."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

EVERYBODY = "everybody"


class BadLedger(Exception):
    """The file is no ledger; nothing may be released by it."""


class OverBudget(Exception):
    """The release would cost the people more than was set aside for them."""


@dataclass(frozen=True)
class Spending:
    """One release: of which people, at what cost."""

    cohort: str
    rho: float
    at: str
    columns: tuple[str, ...]
    method: str = "dp-synthetic"


@dataclass
class Account:
    """All releases of one data set. Cohorts share nobody; a release of everybody costs every cohort."""

    budget: float  # epsilon
    delta: float
    releases: list[Spending] = field(default_factory=list)

    def rho(self) -> float:
        """What the person pays who has paid most."""
        sums: dict[str, float] = defaultdict(float)
        for release in self.releases:
            sums[release.cohort] += release.rho
        everybody = sums.pop(EVERYBODY, 0.0)
        return everybody + max(sums.values(), default=0.0)

    def rho_of(self, cohort: str) -> float:
        """What the people of one cohort have paid; of everybody, the most that anybody has."""
        if cohort == EVERYBODY:
            return self.rho()
        return sum(release.rho for release in self.releases if release.cohort in {cohort, EVERYBODY})

    def exact(self) -> list[str]:
        """Releases of the same people that no guarantee covers."""
        return [f"{one.method} of {one.at}: {', '.join(one.columns)}" for one in self.releases if not one.rho]

    def pay(self, spending: Spending, epsilon: Callable[[float, float], float]) -> None:
        """Add a release, or refuse it: rho adds up, and is converted to epsilon once, at the end."""
        after = self.rho_of(spending.cohort) + spending.rho
        if (would_be := epsilon(after, self.delta)) > self.budget * (1 + 1e-6):
            raise OverBudget(
                f"With this release the people of {spending.cohort!r} would have paid epsilon "
                f"{would_be:.2f} of {self.budget:g} (delta {self.delta:g}). Lower --epsilon, or "
                "release another cohort."
            )
        self.releases.append(spending)


# A ledger's JSON is checked by reading it: what does not fit raises.
def _account(kept: dict[str, Any]) -> Account:
    releases = [Spending(**{**one, "columns": tuple(one["columns"])}) for one in kept["releases"]]
    return Account(float(kept["budget_epsilon"]), float(kept["delta"]), releases)


@dataclass(frozen=True)
class Ledger:
    """A JSON file with an account for each data set. Exact tables of the same people are not in it."""

    file: Path

    @contextmanager
    def account(self, name: str, *, budget: float | None, delta: float) -> Iterator[Account]:
        """The account, locked; written when the block ends well. A new one needs a budget."""
        lock = self.file.with_name(self.file.name + ".lock")
        with lock.open("w") as handle:
            flock(handle, LOCK_EX)
            accounts = self._read()
            account = self._opened(accounts.get(name), name, budget, delta)
            yield account
            accounts[name] = account
            self._write(accounts)

    def _opened(self, account: Account | None, name: str, budget: float | None, delta: float) -> Account:
        if account is None:
            if budget is None:
                raise BadLedger(f"{self.file.name} has no data set {name!r}: open it with --budget EPSILON.")
            return Account(budget, delta)
        if budget is not None and budget != account.budget:
            raise BadLedger(
                f"The budget of {name!r} is {account.budget:g} already; it cannot become {budget:g}."
            )
        if delta > account.delta:
            raise BadLedger(
                f"The account of {name!r} is kept at delta {account.delta:g}: use --delta with it."
            )
        return account

    def _read(self) -> dict[str, Account]:
        if not self.file.exists():
            return {}
        try:
            kept = json.loads(self.file.read_text(encoding="utf-8"))
            return {name: _account(one) for name, one in kept["data_sets"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadLedger(
                f"{self.file.name} is not a ledger of releases. Restore it; do not begin anew."
            ) from None

    def _write(self, accounts: dict[str, Account]) -> None:
        told = {
            name: {
                "budget_epsilon": one.budget,
                "delta": one.delta,
                "rho": one.rho(),
                "releases": [asdict(release) for release in one.releases],
            }
            for name, one in accounts.items()
        }
        fresh = self.file.with_name(self.file.name + ".new")
        fresh.write_text(
            json.dumps({"data_sets": told}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        fresh.replace(self.file)
