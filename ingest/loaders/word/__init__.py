"""Read Word documents from their XML, a block at a time."""
