"""The only Flask: how the parts meet HTTP. It decides nothing that Cognito decides."""
