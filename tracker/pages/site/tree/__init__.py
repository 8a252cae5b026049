"""The site on the disk: built beside what is there, then exchanged with it in one step."""
