"""Quote: find the sentences that answer a question and choose among them."""
