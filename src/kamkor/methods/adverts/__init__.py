"""Adverts of work: language, contacts, explained flags, a score for the queue, near-duplicates."""
