"""Questionnaires: what an XLSForm asks, what was answered, and the tables that come of it. No Django."""
