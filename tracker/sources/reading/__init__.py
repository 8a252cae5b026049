"""What sources read answers with: taken for exactly what they say, or refused in one line.

Two answers may be a page that somebody put in the place of data, half a file, or a file of another form than was
agreed on. Nothing here guesses: a header is the one that is expected, a whole number consists of digits.
"""
