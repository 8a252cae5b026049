-- What models declare is read anew with the next night: tags are read by other rules since.

update models set declared_by = null;
update models_before set declared_by = null;

-- the last day on which a namespace was its owner's: whoever takes it afterwards is somebody else
alter table publishers add column until date;
