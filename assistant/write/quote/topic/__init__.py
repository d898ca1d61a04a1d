"""Questions about a topic as a whole: what it means, the section on it, an overview of it, what the corpus holds at all."""
