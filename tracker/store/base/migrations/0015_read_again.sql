-- What models declare is read anew with the next night: addresses for git and Ollama are read by other rules since.

update models set declared_by = null;
update models_before set declared_by = null;
