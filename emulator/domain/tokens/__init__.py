"""ID, access and refresh tokens: claims, issue, refresh, rotation, exchange, and sessions that are tracked."""
