"""Readers' own SQL over the published tables, where it can neither leave, nor change, nor wear out anything.

The engine is SQLite and not DuckDB, because SQLite asks for permission for every table, column and function while it
prepares a statement, so that all is forbidden but what is named here; DuckDB allows all but what is switched off.
Around it stand a process for each query, with an empty environment, without files, and with bounded time and memory:
what goes wrong goes wrong there.
"""
