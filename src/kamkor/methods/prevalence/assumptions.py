"""What every estimate from lists takes for granted, and what would make it fail."""

from kamkor.methods.prevalence.said import gettext_noop as _

ASSUMPTIONS = [
    (
        _("The population is closed"),
        _(
            "People come, leave or die within the period, so that a list kept early and one kept late could "
            "not have the same people: the estimate is too high. Take a shorter period."
        ),
    ),
    (
        _("Records are linked rightly"),
        _("Two people are taken for one (too low) or one for two (too high): see the table of missed links."),
    ),
    (
        _("Lists are independent, or their model says how they are not"),
        _(
            "One service sends people to another (too low), or whoever has one service has no way to the "
            "other (too high)."
        ),
    ),
    (
        _("Everybody could be on each list"),
        _(
            "A list takes only women, only children or only one place: people with no chance at all are not "
            "in the estimate. Estimate for groups apart."
        ),
    ),
    (
        _("People within a list are alike"),
        _(
            "A few are easily found and most hardly ever: most methods are then too low, and their intervals "
            "do not show it."
        ),
    ),
    (
        _("All lists use one definition"),
        _("One counts presumed and another confirmed victims: then there is no one number to estimate."),
    ),
]
