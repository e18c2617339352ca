"""The rules: what Cognito decides, and why. No Flask, no SQL; time is an argument or the context's moment."""
