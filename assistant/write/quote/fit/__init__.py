"""Which words fit a question: numbered places, boxes, conditions, versions, the lines that belong to them."""
