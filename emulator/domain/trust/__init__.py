"""Who may assume which role: web identities, trust policies, the limits of sessions."""
