"""Keys, seals and sealed items: the only app that imports `cryptography`."""
