"""Input: files of an archive, of any era. Output: typed rows as Parquet: counters of a day, descriptions of models."""
