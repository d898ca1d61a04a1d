"""A question as a statement that evidence settles or denies."""
