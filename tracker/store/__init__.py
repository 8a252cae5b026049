"""The store: the record, the collector's database and the published copy. The only room that imports duckdb."""
