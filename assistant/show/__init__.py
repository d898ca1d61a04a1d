"""Turn answers and documents into text, Markdown and HTML in which nothing foreign is live."""
