"""What the processes of one database share: inbox, clock, events, rates."""
