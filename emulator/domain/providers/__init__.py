"""Identity providers: their settings, metadata, keys, tokens and assertions, and the users that are linked to them."""
