"""Read answers of sources strictly: exactly the expected form, or a refusal in one line.

Two answers may be a page that somebody put instead of data, half a file, or a file of another form than was
agreed on. Nothing here guesses: a header is the one that is expected, a whole number consists of digits.
"""
