-- what the registry says of the names that other sources give to models

create table signal_names (
  signal varchar, name varchar, model varchar, rule varchar, model_id varchar, maker varchar, maker_country varchar,
  family varchar, line varchar, developer varchar, origin_country varchar, openness varchar, license_class varchar,
  is_mirror boolean
);
