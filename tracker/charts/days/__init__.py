"""Charts of days: what each of them brought, and which of them are not plainly measured."""
