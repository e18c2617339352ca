"""What storage promises, on every kind of database; and what SQLite does with it: plans, migrations, kill -9."""
