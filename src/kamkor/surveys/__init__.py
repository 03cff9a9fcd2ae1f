"""Questionnaires that run on telephones: forms, what is sent in, tables."""
