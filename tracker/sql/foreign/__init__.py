"""SQL of strangers, each statement in a lean process that is killed when its time or memory is over. No thread dies so.

    door ──question──► process: judge, run ──Arrow stream──► door
      └── watches the clock, resident memory and what has come; kills

`door` is the side that asks, all other modules are what the process runs: they import duckdb and nothing heavier.

May import: errors, sql, table.
"""
