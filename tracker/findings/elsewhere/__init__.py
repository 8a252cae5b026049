"""What other sources than the Hub allow to state: of tokens and of ratings."""
