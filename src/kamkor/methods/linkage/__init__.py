"""One person in many lists: which rows are about the same person, in the open or encoded.

`reading` and `folding` prepare the rows, `blocking` says which pairs to look at, `comparing` how alike they
are, `mixture` what that says, `clustering` who belongs together; `encoding` and `matching` do it without
names.
"""
