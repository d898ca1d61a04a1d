"""Teach the embedded model its one task: to answer from numbered sentences, or to say that they do not answer."""
