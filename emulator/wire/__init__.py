"""AWS's protocols: the service models, and decoding and encoding of requests, answers and errors, in JSON 1.1 and XML.

Has the members, types and constraints of each operation, and AWS's messages for requests that violate them. It knows
nothing of Cognito: which exception a violation becomes, and what an operation does, is decided elsewhere.
"""
