"""Foreign SQL: each statement in a lean process that is killed when its time or memory is over, as no thread can be.

    door ──question──► process: judge, run ──Arrow stream──► door
      └── watches the clock, resident memory and what has come; kills

`door` is the side that asks. All other modules run in the process; they import duckdb and nothing heavier.

May import: errors, sql, table.
"""
