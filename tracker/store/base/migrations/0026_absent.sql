-- How many models a night lacks that the one before it of its source and scope had, and which night that was.
alter table night_quality add column absent bigint;
alter table night_quality add column absent_since varchar;
