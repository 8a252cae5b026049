"""What was said otherwise before: the restatements of a copy, and a question as it was answered then beside now."""
