"""The site on the disk: built beside the old one, then exchanged with it in one step."""
