"""What is counted: a definition, groups and filters turned into SQL, and totals of nights along the axes of a trend."""
