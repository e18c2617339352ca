"""The tests: pure ones by floor, then the API in one process, then real servers and real clients."""
