"""What a printed page shows: its characters as they are read, without what nobody sees, with what was filled in."""
