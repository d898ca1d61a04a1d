"""How well the words of the evidence carry a claim."""
