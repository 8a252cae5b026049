-- one row per published table that a copy holds itself and piece of it: the file that holds its rows, and what told
-- that they are others than before
create table pieces (
  table_name varchar, piece varchar, said varchar, file varchar, "rows" bigint, sha256 varchar, bytes bigint
);
