"""Loaders: one format a file, each into the blocks of a document."""
