"""Files of an archive in, of any era; typed rows out, as Parquet: counters of one day, and what is said of models."""
