"""The grant types of the token endpoint, one module each: `exchange` checks the grant, and issues tokens for it."""
