"""ID, access and refresh tokens, authorization codes and browser sessions; token exchange and revocation."""
