"""How files are read: what damaged and hostile ones do, and how fast large ones go."""
