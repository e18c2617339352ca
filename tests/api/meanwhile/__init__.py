"""What happens while a call has let go of the database: every operation that does, and what others do then."""
