"""Charts of who builds on whose models: countries of publishers by the origin of what they build on."""
