"""The invented organisations, staff and people of the demonstration. None of them exists."""
