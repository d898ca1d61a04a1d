"""Readers of language: each thing is read here once."""
