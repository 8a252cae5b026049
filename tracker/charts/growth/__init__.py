"""Charts of how families and origins rise, share what is built, and how quickly their roots are taken up."""
