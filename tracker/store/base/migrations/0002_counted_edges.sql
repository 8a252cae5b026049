-- the edges that count after the ladder of evidence, which `tracker lineage` walks

-- one row per model and parent that counts; under a variant other than 'default', only models whose edges or roots
-- differ. A model that no snapshot has seen has a name and no key: a rule or a correction speaks of it all the same
create table counted_edges (
  variant varchar, model_key integer, model_name varchar, parent_key integer, parent_name varchar, relation varchar,
  evidence varchar, weight double
);
