"""Serve the assistant over the Model Context Protocol, so that a chat program can ask it and check with it."""
