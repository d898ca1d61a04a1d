"""Questions about a topic as a whole: what it means, an overview of it, what the corpus holds at all."""
