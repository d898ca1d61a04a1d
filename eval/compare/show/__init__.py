"""A comparison as text, Markdown and HTML."""
