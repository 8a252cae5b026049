-- What the weights allow, by the Hub's tag and by the registry's rows; until the registry is read again no row speaks.
-- Of several tags of licences all are kept, where the first was.

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

create temp table several as
select model_key, array_to_string(list_transform(named, lambda tag: tag[9:]), ', ') as license
from (select model_key, list_filter(tags, lambda tag: starts_with(tag, 'license:')) as named from tags)
where len(named) > 1;
update models set license = several.license from several where several.model_key = models.model_key;
update models_before set license = several.license from several where several.model_key = models_before.model_key;
drop table several;
