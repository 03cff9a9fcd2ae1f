"""Tables that people send: CSV in any usual encoding, and workbooks, row by row, with the errors named."""
