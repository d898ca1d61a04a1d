"""Compare: a table with a row for each aspect and a column for each side."""
