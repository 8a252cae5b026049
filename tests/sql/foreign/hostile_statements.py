"""Statements of strangers who mean harm, by kind. {data} is the data folder, {home} a home with secrets in it.

`OVER` must be ended by a limit, `REFUSED` must be refused, and `HARMLESS` may answer, but with nothing that is secret.
"""

from __future__ import annotations

NESTED = 20_000

OVER = {
    "one vector of huge strings": "select max(length(repeat('x', 100000000) || i)) from range(100000000000) t(i)",
    "two aggregates of huge strings": "select max(length(repeat('x', 100000000) || i)), string_agg(repeat('x',"
    " 10000000), '')"
    " from range(100000000000) t(i)",
    "folded before it runs": "select length(repeat(repeat(repeat('x', 1000), 1000), 1000) ||"
    " repeat(repeat('y', 1000000), 900))",
    "a recursion without an end": "with recursive r(i) as (select 1 union all select i + 1 from r) select max(i)"
    " from r",
    "a recursion that doubles": "with recursive r(i) as (select 1 union all select i + 1 from r, range(2))"
    " select count(*) from r",
    "a recursion of growing text": "with recursive r(s) as (select 'x' union all select s || s from r) select"
    " max(length(s)) from r",
    "a cross join": "select count(*) from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 3",
    "a join of everything on itself": "select count(*) from models a, models b, range(100000000) c, range(100000) d"
    " where hash(a.model_id, b.model_id, c.range, d.range) = 1",
    "a lambda over a long list": "select list_sum(list_transform(range(3000000000), lambda x: x * x))",
    "lists in lists": "select [[[range(i) for i in range(3000)] for j in range(3000)] for k in range(3000)]",
    "one long list": "select list(range) from range(4000000000)",
    "groups without number": "select max(n) from (select i, count(*) as n from range(4000000000) t(i) group by i)",
    "a sort of everything": "select i from range(4000000000) t(i) order by hash(i), i offset 3999999999",
    "a window over everything": "select max(n) from (select row_number() over (order by hash(i)) as n from"
    " range(4000000000) t(i))",
    "a window of strings": "select max(length(s)) from (select string_agg(repeat('x', 1000), '') over"
    " (order by i) as s"
    " from range(1000000) t(i))",
    "distinct strings": "select count(distinct repeat(i::varchar, 100)) from range(4000000000) t(i)",
    "a hash join of everything": "select count(*) from range(3000000000) a join range(3000000000) b using (range)",
    "rows without end": "from range(100000000000)",
    "wide rows": "select repeat('x', 1000) as a, repeat('y', 1000) as b, i from range(4000000000) t(i)",
    "one huge cell": "select repeat('x', 3000000000)",
    "huge cells": "select repeat('x', 50000000) || i as s from range(1000000) t(i)",
    "sleep": "select sleep_ms(60000)",
    "sleep in every row": "select count(sleep_ms(1000)) from range(1000)",
    "a regular expression over much": "select sum(length(regexp_replace(repeat('ab', 20000000) || i, '(a|b)*?c', 'x',"
    " 'g')))"
    " from range(100000000) t(i)",
    "distance of long texts": "select levenshtein(repeat('ab', 300000), repeat('ba', 300000))",
    "json without end": "select json_extract(repeat('[', 900000000), '$')",
    "a histogram of all": "select histogram(i) from range(4000000000) t(i)",
    "a million digits": "select count(*) from range(1000000000000) t(i) where sqrt(i)::varchar || sin(i) = 'x'",
}

REFUSED = {
    "a file": "select * from read_csv('/etc/passwd')",
    "a file as a table": "select * from '{data}/secret.csv'",
    "a file by a way around": "select * from read_text('{data}/snapshots/../secret.csv')",
    "a file of the home": "select * from read_text('{home}/.netrc')",
    "a file of the process": "select * from read_text('/proc/self/environ')",
    "the database itself": "select * from read_blob('{data}/work.duckdb')",
    "a database": "select * from read_duckdb('{data}/work.duckdb', table_name = 'runs')",
    "a listing": "select * from glob('{home}/*')",
    "a sniffer": "select * from sniff_csv('{data}/secret.csv')",
    "metadata of a file": "from parquet_metadata('{data}/secret.csv')",
    "an address": "select * from read_csv('http://127.0.0.1:9/x.csv')",
    "an address as a table": "from 'https://example.org/x.parquet'",
    "a bucket": "from read_parquet('s3://bucket/x.parquet')",
    "the environment": "select getenv('HF_TOKEN')",
    "secrets": "from duckdb_secrets(redact = false)",
    "which secret": "from which_secret('s3://x', 's3')",
    "SQL in a string": "from query('from read_csv(''/etc/passwd'')')",
    "a table by its name": "from query_table(['models', '{data}/secret.csv'])",
    "SQL as JSON": "from json_execute_serialized_sql(json_serialize_sql('from enable_logging()'))",
    "a log file": "from enable_logging(storage = 'file', storage_path = '{data}/snapshots/log')",
    "hidden by quotes and a comment": "from \"Enable_Logging\" /* ( */ (storage = 'stdout')",
    "hidden in a string that is none": "select $a$ ' $a$ from enable_logging() --'",
    "hidden by a space": "from enable_logging\u00a0(storage = 'stdout')",
    "hidden below": "select (select list_transform([1], lambda x: write_log('x')) as s)",
    "a profile": "from enable_profiling(save_location = '{data}/snapshots/profile.json')",
    "a copy": "copy (select 1) to '{data}/snapshots/x.csv'",
    "a copy after a comment": "/* select */ -- select\n copy models to '{data}/x.csv'",
    "a second statement": "select 1; copy models to '{data}/x.csv'",
    "a second statement behind a comment": "select 1 /* ; */ ; -- x\n drop table models",
    "another database": "attach '{data}/work.duckdb' as w",
    "an extension": "install httpfs",
    "another folder": "set allowed_directories = ['/']",
    "access": "set enable_external_access = true",
    "more memory": "pragma memory_limit = '90GB'",
    "prepared": "prepare p as select 1",
    "a macro": "create macro m(x) as table select * from read_text(x)",
    "an insert inside": "with w as (insert into models by name select 'x' as model_id returning *) from w",
    "a call": "call force_checkpoint()",
    "a Python variable": "from published",
    "nothing": "-- select 1",
    "parentheses": "select " + "(" * NESTED + "1" + ")" * NESTED,
    "selects in selects": "select " + "(select " * 3000 + "1" + ")" * 3000,
    "a chain of minuses": "select " + "- " * NESTED + "1",
    "a long sum": "select " + " + ".join(["1"] * NESTED),
    "a long error": "select error(repeat('x', 20000000))",
    "half a letter": "select '\udcff'",
    "a nul": "select '\x00' from read_csv('\x00')",
    "half a comment": "select 1 " + "/*" * 100_000,
}

HARMLESS = {
    "settings": "from duckdb_settings()",
    "databases": "from duckdb_databases()",
    "a pragma as a table": "from pragma_database_size()",
    "prepared statements": "from duckdb_prepared_statements()",
    "logs": "from duckdb_logs",
    "temporary files": "from duckdb_temporary_files()",
    "variables": "select getvariable('HF_TOKEN') as v",
    "a regular expression that is none": "select regexp_matches(repeat('a', 30), '(a+)+$') as v",
    "a long list of values": "select 1 as v where 1 in (" + ", ".join(map(str, range(2_000))) + ")",
    "division": "select 0/0 as a, 1/0 as b, -1/0 as c",
}
