"""What every estimate from lists takes for granted, and what would make it fail."""

ASSUMPTIONS = [
    (
        "The population is closed",
        "people come, leave or die within the period, so that a list kept early and one kept late could not "
        "have the same people: the estimate is too high. Take a shorter period.",
    ),
    (
        "Records are linked rightly",
        "two people are taken for one (too low) or one for two (too high): see the table of missed links.",
    ),
    (
        "Lists are independent, or their model says how they are not",
        "one service sends people to another (too low), or whoever has one service has no way to the other "
        "(too high).",
    ),
    (
        "Everybody could be on each list",
        "a list takes only women, only children or only one place: people with no chance at all are not in "
        "the estimate. Estimate for groups apart.",
    ),
    (
        "People within a list are alike",
        "a few are easily found and most hardly ever: most methods are then too low, and their intervals do "
        "not show it.",
    ),
    (
        "All lists use one definition",
        "one counts presumed and another confirmed victims: then there is no one number to estimate.",
    ),
]
