"""Stronger checkers, asked where the judge is not sure."""
