"""Read a statement so that it can be turned into a question."""
