"""Serve the assistant over HTTP, and use such a server: a public facade like the one in Python."""
