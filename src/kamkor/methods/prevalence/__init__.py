"""How many there are beside those that the lists know: multiple systems estimation. Needs numpy and scipy."""
