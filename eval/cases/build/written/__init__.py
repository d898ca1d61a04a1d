"""Questions that a chat model writes as a person would ask them, each checked against the sentences of the articles."""
