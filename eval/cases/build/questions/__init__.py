"""Questions made from the sentences of the articles, and those that nothing answers."""
