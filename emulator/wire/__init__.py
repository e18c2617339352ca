"""How AWS speaks: the service models, requests in, answers and errors out, in JSON 1.1 and in XML.

Owns what an operation takes and gives (names, types, constraints) and AWS's words for what breaks it. Knows
nothing of Cognito: which fault a refusal becomes, and what an operation does, is decided elsewhere.
"""
