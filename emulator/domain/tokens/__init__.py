"""ID, access and refresh tokens: grants, claims, issuing, refresh, rotation, exchange, and tracked sessions."""
