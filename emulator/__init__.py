"""What Cognito does: the rules, the path of a call, the operations, the web.

The only floor that knows Flask, time and the outside world. It owns no cryptography (keys) and no SQL (storage).
"""
