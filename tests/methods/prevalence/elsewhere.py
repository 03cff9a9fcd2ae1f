"""Published tables from other countries."""

from kamkor.methods.prevalence.tables import Table

# Greater New Orleans (Bales, Murphy & Silverman 2020): eight lists A to H, 18 of 28 pairs share nobody.
_NEW_ORLEANS = {
    "A": 25, "B": 5, "C": 70, "AC": 1, "D": 33, "AD": 2, "CD": 2, "E": 6, "AE": 1, "CE": 1, "DE": 2, "ADE": 1,
    "F": 6, "BF": 1, "G": 6, "CG": 1, "ACG": 1, "H": 21, "EH": 1,
}  # fmt: skip


def new_orleans() -> Table:
    lists = tuple("ABCDEFGH")
    bits = {name: 1 << place for place, name in enumerate(lists)}
    return Table(lists, {sum(bits[name] for name in on): n for on, n in _NEW_ORLEANS.items()})


def korea() -> Table:
    """Korea's survivors on three lists (in Silverman, Chan & Vincent 2024): nobody is on c and d alone."""
    return Table(("b", "c", "d"), {4: 41, 2: 5, 1: 5, 3: 54, 5: 6, 7: 12})
