"""The sheet engine: layout + document → grid → pages. Pure Python, without Django and database."""
