"""Citation health of models."""
