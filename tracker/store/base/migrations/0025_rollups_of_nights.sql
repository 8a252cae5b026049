-- The rollup of each night of the newest month but the last is a file too, until the month closes: a copy carries one night.

-- the night whose rows the file holds; null: those of the whole month
alter table rollup_months add column day date;
