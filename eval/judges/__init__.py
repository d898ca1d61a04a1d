"""Judges that take no part in the check, and claims broken on purpose."""
