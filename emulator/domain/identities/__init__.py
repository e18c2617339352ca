"""Identity pools: identities, logins from providers, roles, and the AWS credentials that are issued for them."""
