-- What the weights allow, by the Hub's tag and by the registry's rows; until the registry is read again no row speaks.

-- the rows that speak of a name: all of one pattern, told apart by the day
alter table verdicts add column license_terms integer;
alter table stub_verdicts add column license_terms integer;
create table licenses (
  number integer, terms integer, pattern varchar, family varchar, line varchar, license varchar, license_class varchar,
  user_threshold varchar, field_of_use varchar, territory varchar, naming varchar, output_training varchar,
  valid_from date, valid_to date, holds_from date, holds_until date, exception boolean,
  source_url varchar, verified varchar, reviewed_on date, notes varchar
);
create table license_tags (
  tag varchar, spdx varchar, license_class varchar, osi_approved boolean,
  source_url varchar, verified varchar, reviewed_on date, notes varchar
);
