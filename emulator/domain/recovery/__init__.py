"""Point-in-time recovery of user pools: its states and limits, and what a pool refuses while a recovery is open.

Changes are recorded, and a pool is restored, by `storage/history`. The recovery of an account whose password was
forgotten is in the room `registration`.
"""
