"""What the rules read in words: forms, negation, tense, voice, figures."""
