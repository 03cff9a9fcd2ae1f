"""Synthetic rows: their cost is written down first, then the noise is drawn, then the papers are written."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from kamkor.cli.releasing.comparison import compare, permuted
from kamkor.cli.releasing.outcome import Folder, Outcome, Refused
from kamkor.methods.disclosure import attacks, noise
from kamkor.methods.disclosure.ledger import Ledger, OverBudget, Spending
from kamkor.methods.disclosure.reading import Codes, Microdata, TableProblem, as_found, bounded, in_domain
from kamkor.methods.disclosure.synthetic import (
    FEWEST,
    Effort,
    Rule,
    Synthetic,
    check_size,
    synthesise,
)

UNCOUNTED = (
    "No --ledger was named: what earlier releases cost the same people is not counted. ledger.json "
    "is the receipt "
    "of this release alone."
)
TWIN = Effort(first=(32, 150), last=(64, 250))


@dataclass(frozen=True)
class Order:
    """How the release is to be made."""

    epsilon: float
    delta: float
    seed: int
    rows: int  # of one person at most
    domain: dict[str, list[str]] | None
    rules: Sequence[Rule]
    quasi: Sequence[str]
    ledger: Ledger | None
    data_set: str
    cohort: str
    budget: float | None
    now: str


def release(table: Microdata, person: Codes | None, order: Order, place: Path) -> Outcome:
    """Write the synthetic file and its papers, or refuse."""
    persons = len(np.unique(person)) if person is not None else len(table)
    if persons < FEWEST:
        raise Refused(
            f"There are fewer than {FEWEST:,} persons: the noise that protects them would drown what "
            "synthetic rows say. Publish protected tables instead: kamkor release … --method suppress."
        )
    table = in_domain(table, order.domain) if order.domain else as_found(table)
    if order.domain:
        _check_rules(table, order.rules)
    check_size(table)
    if person is not None:
        table = bounded(table, person, order.rows, np.random.default_rng())  # by chance that nobody knows
    rho = noise.rho_of(order.epsilon, order.delta)
    outcome = Outcome("dp-synthetic")
    outcome.figures["privacy"] = _pay(order, rho, table, place)
    if order.ledger is None:
        outcome.reasons.append(UNCOUNTED)
    made = synthesise(
        table, rho=rho, rows=order.rows, rules=order.rules, rng=np.random.default_rng(order.seed)
    )
    _reasons(outcome, table, made, order)
    folder = Folder(place, outcome)
    made.table.write(place / "synthetic.csv")
    folder.kept("synthetic.csv")
    _papers(folder, table, made, order)
    return outcome


def _check_rules(table: Microdata, rules: Sequence[Rule]) -> None:
    """A rule about a value that there is not would let through what it was to keep out."""
    for rule in rules:
        for name, words in rule.items():
            for word in words:
                if word not in table.values[table.column(name)]:
                    raise TableProblem(
                        f"--impossible: {name!r} has no value {word!r} in the domain. Mend one of the two."
                    )


def _pay(order: Order, rho: float, table: Microdata, place: Path) -> dict[str, object]:
    """Before any noise is drawn: what a failure loses is paid for all the same."""
    spending = Spending(order.cohort, rho, order.now, table.names)
    receipt = Ledger(place / "ledger.json")
    if order.ledger is None:
        receipt.file.unlink(missing_ok=True)
    ledger = order.ledger or receipt
    budget = order.budget if order.ledger else order.epsilon
    try:
        with ledger.account(order.data_set, budget=budget, delta=order.delta) as account:
            account.pay(spending, noise.epsilon_of)
            paid, exact = account.rho_of(order.cohort), account.exact()
    except OverBudget as problem:
        raise Refused(str(problem)) from None
    return {
        "neighbours": "one person added or removed", "rows_of_one_person": order.rows,
        "epsilon": order.epsilon, "delta": order.delta, "rho": rho,
        "rho_of_these_people": paid, "epsilon_of_these_people": noise.epsilon_of(paid, order.delta),
        "ledger": str(ledger.file), "data_set": order.data_set, "cohort": order.cohort,
        "outside_the_guarantee": exact,
    }  # fmt: skip


def _reasons(outcome: Outcome, table: Microdata, made: Synthetic, order: Order) -> None:
    if order.domain is None:
        outcome.status = "draft"
        outcome.reasons.append(
            "Draft: no --domain was given, so the values themselves were read from the records. "
            "Give the code "
            'lists as JSON {"column": ["value", …]} to have a release that can be signed off.'
        )
    for one, other in made.measured.skipped:
        cells = table.sizes[one] * table.sizes[other]
        outcome.reasons.append(
            f"The table of {table.names[one]} by {table.names[other]} is too large to be measured "
            f"({cells:,} cells): how these two go together is known only through other columns. Put "
            "their values into groups."
        )


def _papers(folder: Folder, table: Microdata, made: Synthetic, order: Order) -> None:
    apart = permuted(table.codes, order.seed)
    compare(folder, table, ours=made.table.codes, apart=apart, seed=order.seed)
    alone = attacks.uniqueness(table.codes, made.table.codes, apart)
    _risk(folder, table, alone, order)
    folder.outcome.figures |= {"rows": len(made.table), "columns": list(table.names)}
    _sheet(folder, made, order)
    folder.for_signatures(["synthetic.csv", "datasheet.md"])


def _risk(folder: Folder, table: Microdata, alone: attacks.Uniqueness, order: Order) -> None:
    """The attacks are run on a twin: a second release made in the same way from one half of the people, so
    that there are others like them whom it cannot know. Nothing of the twin is kept."""
    rng = np.random.default_rng(order.seed + 1)
    mixed = rng.permutation(len(table))
    half = len(table) // 2
    rho = noise.rho_of(order.epsilon, order.delta)
    twin = synthesise(
        table.rows(np.sort(mixed[:half])), rho=rho, rows=order.rows, rules=order.rules, rng=rng, effort=TWIN
    )
    spared = [table.column(name) for name in order.quasi]
    found = attacks.attack(
        twin.table.codes, table.codes[mixed[: attacks.TARGETS]], table.codes[mixed[-attacks.TARGETS :]],
        guessed=[(c, table.names[c]) for c in attacks.worth_guessing(table.codes, table.sizes, spared)],
    )  # fmt: skip
    told = {"uniqueness": asdict(alone), "membership": asdict(found.membership),
            "attributes": [asdict(one) for one in found.attributes]}  # fmt: skip
    folder.outcome.figures["risk"] = told
    who = found.membership
    lines = [
        "## Uniqueness",
        f"{alone.unique:,} of {alone.rows:,} rows are the only ones of their kind. "
        f"{alone.released:,} of these "
        f"stand in the release as well; {alone.by_chance:,} do if the columns are permuted "
        "independently. No row "
        "of the release belongs to anybody: that one equals a true row is chance, or shows what many have in "
        "common.",
        "## Was this person in the data?",
        f"From the nearest row of a release made of half of the people the attacker tells "
        f"{who.targets} people "
        f"of both halves apart with AUC {who.auc:.3f}; .500 is guessing, and chance alone moves it by "
        f"{2 * who.error:.3f}.",
        "## What does the release tell of a person?",
        "The attacker knows all other columns. What is guessed as well for people whom the release "
        "cannot know "
        "is knowledge of everybody, not of this person.",
        "\n| Column | Right for members | Right for others | By the commonest value |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {one.column} | {one.members:.3f} | {one.others:.3f} | {one.commonest:.3f} |"
              for one in found.attributes]  # fmt: skip
    folder.risk(told, lines)


def _sheet(folder: Folder, made: Synthetic, order: Order) -> None:
    measured = made.measured
    lines = [
        "These rows are made up. They were drawn from a model fitted to noisy counts of real "
        "records, so that "
        "counts by one or two columns are nearly right while no row belongs to a person.",
        f"- Status: {folder.outcome.status}; sign-off: {folder.outcome.sign_off}",
        f"- Rows: {len(made.table):,} (noisy as well); an empty cell: missing",
        f"- Columns: {', '.join(made.table.names)}",
        f"- Guarantee: zero-concentrated differential privacy, rho {measured.rho:.4f}; that is epsilon "
        f"{order.epsilon:g} at delta {order.delta:g}. Neighbours differ by one person, of whom at most "
        f"{order.rows} row(s) are used",
        f"- Noise: OpenDP's discrete Gaussian, never seeded. Seed of the steps after it: {order.seed}",
        f"- Pairs of values that were measured as nobody's and never meet in a row: {made.barred:,}",
        "- Good for: counts and shares by one or two columns. Counts by three and more are the "
        "model's; do not "
        "look for single people, rare combinations or exact zeros",
        "- Outside the guarantee: exact tables published of the same people, what is known of a group as a "
        "whole, and the reports of risk and utility, which stay inside",
        *(f"- {reason}" for reason in folder.outcome.reasons),
    ]
    folder.sheet("Data sheet: synthetic records", lines)
