"""Words that take back what stands below or beside them."""
