"""An answer while it is made: its claims and citations, what is shown, marked or withheld."""
