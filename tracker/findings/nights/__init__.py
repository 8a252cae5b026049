"""What series of nights allow a sentence to state."""
