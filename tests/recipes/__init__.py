"""The recipes of docs/oauth.md, run: real OAuth clients against a real server."""
