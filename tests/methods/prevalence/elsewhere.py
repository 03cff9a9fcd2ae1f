"""Published tables from other countries."""

from kamkor.methods.prevalence.tables import Table

# Greater New Orleans (Bales, Murphy & Silverman 2020): eight lists A to H, 18 of 28 pairs share nobody.
_NEW_ORLEANS = {
    "A": 25, "B": 5, "C": 70, "AC": 1, "D": 33, "AD": 2, "CD": 2, "E": 6, "AE": 1, "CE": 1, "DE": 2, "ADE": 1,
    "F": 6, "BF": 1, "G": 6, "CG": 1, "ACG": 1, "H": 21, "EH": 1,
}  # fmt: skip
# Killings in Kosovo in 1999 (Ball and others 2002): ABA, exhumations, OSCE, HRW.
_KOSOVO = {
    "A": 845, "E": 1131, "AE": 177, "O": 936, "AO": 217, "EO": 228, "AEO": 181, "H": 306, "AH": 31, "EH": 106,
    "AEH": 18, "OH": 123, "AOH": 32, "EOH": 42, "AEOH": 27,
}  # fmt: skip


def new_orleans() -> Table:
    return _table("ABCDEFGH", _NEW_ORLEANS)


def kosovo() -> Table:
    return _table("AEOH", _KOSOVO)


def _table(names: str, counts: dict[str, int]) -> Table:
    bits = {name: 1 << place for place, name in enumerate(names)}
    return Table(tuple(names), {sum(bits[name] for name in on): n for on, n in counts.items()})


def korea() -> Table:
    """Korea's survivors on three lists (in Silverman, Chan & Vincent 2024): nobody is on c and d alone."""
    return Table(("b", "c", "d"), {4: 41, 2: 5, 1: 5, 3: 54, 5: 6, 7: 12})
