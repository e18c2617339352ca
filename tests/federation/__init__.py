"""Sign-in at identity providers: how they are asked, and how what they say is verified."""
