"""Point-in-time recovery of user pools."""
