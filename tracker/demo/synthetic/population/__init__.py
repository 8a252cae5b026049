"""Who uploads what: the made-up models and publishers, before their counters move."""
