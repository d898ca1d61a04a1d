"""Rules about who does what: subjects, roles, names in each other's place."""
