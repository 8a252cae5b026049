"""Charts of what other sources than the Hub say of adoption: tokens, ratings, and the signals of one family."""
