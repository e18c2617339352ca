"""Identity pools: identities, logins at identity providers, roles, and the AWS credentials issued to identities."""
