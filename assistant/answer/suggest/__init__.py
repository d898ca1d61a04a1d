"""Suggest questions that the corpus answers."""
