"""Embedders: texts into unit vectors."""
