"""The contract of the storage, on every kind of database; and SQLite itself: query plans, migrations, kill -9."""
