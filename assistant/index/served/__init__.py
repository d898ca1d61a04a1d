"""An index that a server keeps for several machines."""
