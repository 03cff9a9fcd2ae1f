"""What is owed, as it is worked out on paper."""

from decimal import Decimal

from kamkor.methods.claims import Sum, in_som, still_owed, totals

MEN_IN_THE_FIELDS = Sum("KZT", Decimal(6000), "day", 75, paid=Decimal(90_000), deducted=Decimal(30_000))
FEE = Sum("USD", Decimal(1500), "whole", 0, paid=Decimal(200), som=Decimal("87.5"))


def test_days_months_and_whole_sums_less_what_was_paid_and_agreed() -> None:
    assert (MEN_IN_THE_FIELDS.due, MEN_IN_THE_FIELDS.owed) == (Decimal(450_000), Decimal(330_000))
    assert Sum("USD", Decimal(1000), "month", 45).due == Decimal(1500)
    assert Sum("USD", Decimal(1000), "month", 1).due == Decimal("33.33")
    assert FEE.owed == Decimal(1300)
    assert Sum("USD", Decimal(10), "whole", 0, paid=Decimal(25)).owed == 0


def test_currencies_are_added_only_in_som_and_only_with_every_rate() -> None:
    rows = [MEN_IN_THE_FIELDS, FEE, FEE, Sum("KGS", Decimal(500), "whole", 0)]
    assert totals(rows) == {"KGS": Decimal(500), "KZT": Decimal(330_000), "USD": Decimal(2600)}
    assert in_som(rows) is None
    assert in_som(rows[1:]) == Decimal("228000.00")
    left = still_owed(totals(rows), [("USD", Decimal(600)), ("KGS", Decimal(900))])
    assert left == {"KGS": 0, "KZT": Decimal(330_000), "USD": Decimal(2000)}
