"""What was asked for on the command line, read and handed to the method."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import click
import numpy as np

from kamkor.cli.releasing import alike, made_up, protected
from kamkor.cli.releasing.outcome import Outcome
from kamkor.methods.disclosure.ledger import EVERYBODY, Ledger, Spending
from kamkor.methods.disclosure.reading import Codes, Microdata, TableProblem, bounded, filled, read
from kamkor.methods.disclosure.synthetic import Rule


@dataclass(frozen=True)
class Asked:
    """The options of `kamkor release`."""

    file: Path
    out: Path
    now: str
    columns: Sequence[str]
    quasi: Sequence[str]
    k: int
    method: str
    tables: Sequence[str]
    block: str | None
    earlier: Sequence[Path]
    broader: Path | None
    epsilon: float
    delta: float
    domain: Path | None
    impossible: Path | None
    person: str | None
    rows_per_person: int
    ledger: Path | None
    budget: float | None
    data_set: str | None
    cohort: str
    seed: int
    engine: str


def release(asked: Asked) -> Outcome:
    """The release, written into its folder; exact ones are noted in the ledger as outside of its "
    "guarantee."""
    if asked.budget is not None and asked.ledger is None:
        raise click.UsageError("--budget is kept in a ledger: name it with --ledger FILE.")
    if not isfinite(asked.epsilon) or not isfinite(asked.delta):
        raise click.UsageError("--epsilon and --delta are numbers, as in --epsilon 1 --delta 1e-9.")
    table, person = _table(asked)
    for name in split(asked.quasi):
        table.column(name)
    if asked.method == "dp-synthetic":
        return made_up.release(table, person, _order(asked), asked.out)
    if person is not None:
        table = bounded(table, person, 1, np.random.default_rng(asked.seed))
    if asked.method == "kanon":
        outcome = alike.release(_sorted(table), _order_of_groups(asked), asked.out)
    else:
        outcome = protected.release(_sorted(table), _order_of_tables(asked), asked.out)
    if asked.ledger:
        exact = Spending(asked.cohort, 0.0, asked.now, table.names, asked.method)
        name = asked.data_set or asked.file.stem
        with Ledger(asked.ledger).account(name, budget=asked.budget, delta=asked.delta) as account:
            account.releases.append(exact)
    return outcome


def _sorted(table: Microdata) -> Microdata:
    """With the values of each column in their order."""
    orders = [np.argsort(words) for words in table.values]
    codes = (np.argsort(order)[column] for order, column in zip(orders, table.codes.T, strict=True))
    values = [
        tuple(words[place] for place in order) for order, words in zip(orders, table.values, strict=True)
    ]
    return Microdata(table.names, tuple(values), filled(codes, values, len(table)))


def _order_of_tables(asked: Asked) -> protected.Order:
    if asked.block and asked.earlier:
        raise click.UsageError("Use --earlier or --block, not both: earlier tables are of everybody.")
    return protected.Order(
        asked.k, split(asked.columns), [split([table]) for table in asked.tables], asked.block, asked.earlier
    )


def _table(asked: Asked) -> tuple[Microdata, Codes | None]:
    """The columns to publish, and which person each row is of."""
    wanted = split(asked.columns)
    if wanted:
        beside = [*split(asked.tables), *split([asked.block or ""]), *_columns_of(asked.earlier)]
        wanted = list(dict.fromkeys([*wanted, *beside, *split(asked.quasi), *split([asked.person or ""])]))
    table = read(asked.file, wanted, asked.engine)
    if asked.person is None:
        return table, None
    place = table.column(asked.person)
    person = table.codes[:, place]
    nobody = np.flatnonzero(np.array(table.values[place])[person] == "")
    if len(nobody):
        raise TableProblem(
            f"Row {nobody[0] + 2}, column {asked.person!r}: nobody is named. Fill in whose row it "
            "is, or leave it out."
        )
    others = [name for name in table.names if name != asked.person]
    if not others:
        raise TableProblem(
            f"Beside {asked.person!r} there is no column to publish. Name some with --columns."
        )
    return table.only(others), person


def _columns_of(files: Sequence[Path]) -> list[str]:
    """The columns of tables that were published earlier."""
    return [name for file in files for name in read(file).names if name != "count"]


def split(groups: Sequence[str]) -> list[str]:
    """Names given as A,B or one by one."""
    return list(dict.fromkeys(name.strip() for group in groups for name in group.split(",") if name.strip()))


def _order(asked: Asked) -> made_up.Order:
    return made_up.Order(
        epsilon=asked.epsilon,
        delta=asked.delta,
        seed=asked.seed,
        rows=asked.rows_per_person,
        domain=_domain(asked.domain) if asked.domain else None,
        rules=_rules(asked.impossible) if asked.impossible else [],
        quasi=split(asked.quasi),
        ledger=Ledger(asked.ledger) if asked.ledger else None,
        data_set=asked.data_set or asked.file.stem,
        cohort=asked.cohort or EVERYBODY,
        budget=asked.budget,
        now=asked.now,
    )


def _order_of_groups(asked: Asked) -> alike.Order:
    if not (quasi := split(asked.quasi)):
        raise click.UsageError("Name what an outsider may know of a person: --quasi COLUMN,COLUMN.")
    return alike.Order(asked.k, quasi, _broader(asked.broader) if asked.broader else {}, asked.seed)


def _broader(file: Path) -> dict[str, dict[str, str]]:
    found = _json(file)
    if not isinstance(found, dict) or not all(isinstance(values, dict) for values in found.values()):
        raise TableProblem(f'{file.name}: write broader values as {{"column": {{"value": "broader"}}}}.')
    return {
        name: {value: _word(word, file) for value, word in values.items()} for name, values in found.items()
    }


def _json(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise TableProblem(f"{file.name} is not in UTF-8. Mend: save it as UTF-8.") from None
    except json.JSONDecodeError as problem:
        raise TableProblem(f"{file.name}, row {problem.lineno}: not JSON ({problem.msg}).") from None


def _domain(file: Path) -> dict[str, list[str]]:
    found = _json(file)
    if not isinstance(found, dict) or not all(isinstance(values, list) for values in found.values()):
        raise TableProblem(f'{file.name}: write the domain as {{"column": ["value", …], …}}.')
    return {name: [_word(value, file) for value in values] for name, values in found.items()}


def _rules(file: Path) -> list[Rule]:
    found = _json(file)
    if not isinstance(found, list) or not all(isinstance(rule, dict) and rule for rule in found):
        raise TableProblem(
            f'{file.name}: write what cannot be as [{{"column": ["value"], "other": ["value"]}}, …].'
        )
    return [
        {
            name: [_word(value, file) for value in (values if isinstance(values, list) else [values])]
            for name, values in rule.items()
        }
        for rule in found
    ]


def _word(value: object, file: Path) -> str:
    """A value as it stands in a table: numbers may be written without quotation marks."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TableProblem(
            f"{file.name}: {value!r} is not the value of a cell. Write words and numbers only."
        )
    return str(value)
