"""Word lists: synonyms, opposites, subjects that must not be exchanged."""
