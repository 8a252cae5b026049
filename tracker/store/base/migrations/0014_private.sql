-- Repositories that were found to be private: what was landed of one before that day is not loaded any more.

-- one row per repository: the last day on which it was found so
create table private_models (hub_id varchar, found_on date);
