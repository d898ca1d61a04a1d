"""An answer claim by claim: numbered citations, no repeats, figures that differ."""
