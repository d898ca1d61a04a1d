"""The reader: a small model of our own that finds the answer in a passage."""
