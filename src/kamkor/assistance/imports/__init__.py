"""Tables of persons, cases, organisations or contacts, as other systems and people keep them, taken over."""
