"""Everything that changes filings: pages and commands call these functions and write nothing themselves.

Guards of rights, locks, transactions and the log are here and nowhere else.
"""
