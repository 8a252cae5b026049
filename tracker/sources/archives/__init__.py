"""What archives of the Hub's past share: histories of data sets, pieces of large Parquet files, rows of any era.

`history` lists the commits of a data set, `remote` reads pieces of a file, `columns_of` the columns that are needed;
`shelf` has what is on a disk, `opened` either. `rows` makes typed rows, `judged` says whether these can be what
they are said to be, `landed` lands them. `lists` and `series` put it together.

May import: columns, disk, errors, files, gates, landing, landing.parse, sources, sources.hub_models, sources.outward,
sql.
"""
