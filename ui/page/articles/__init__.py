"""The articles page."""
