-- Whose weights a line continues stands beside its brand; until the registry is read again, every line has its own.

alter table families add column weights_line varchar;
alter table families add column weights_family varchar;
alter table families add column from_scratch boolean;
update families set weights_line = line, weights_family = family, from_scratch = if(line in ('unknown', 'unreviewed'), null, false);
