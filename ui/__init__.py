"""The terminal and the browser page."""
