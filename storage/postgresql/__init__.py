"""PostgreSQL: connections, transactions, locks and errors. Imported only when the data is in PostgreSQL.

Units of work run side by side. What two of them could spend, or read and then write, is protected by row locks
(`storage/repositories/repository.py`) and named locks (`Unit.lock`); everything else by constraints.
`session.py` is one transaction, from BEGIN to COMMIT; `driver.py` one connection; `database.py` the pool of them.
"""
