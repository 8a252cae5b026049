"""Ways in which a Hub misbehaves, switched on by address: route, page, attempt, virtual time."""
