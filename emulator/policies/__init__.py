"""IAM's documents: the file of roles and providers, trust policies, condition operators. Pure; without Cognito.

Who may assume a role by them is decided in emulator.domain.trust.
"""
