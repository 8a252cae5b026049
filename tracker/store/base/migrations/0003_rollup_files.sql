-- rollups of closed months as files beside the record, so that a published copy does not carry all of them

-- one row per closed month and table of rollups: the file with its rows; none where they changed since it was written
create table rollup_months (month date, rollup varchar, file varchar, groups bigint, sha256 varchar, bytes bigint);
