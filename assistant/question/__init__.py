"""Read a question: its parts, its spelling, what it asks for."""
