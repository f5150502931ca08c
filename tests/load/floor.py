"""The tables of the floor (floor_site.py) and the people who save through it."""

from __future__ import annotations

import json
from random import Random

from tests.load.clerk import Failed
from tests.load.connection import Connection, NoAnswer

SHEETS = 600
TABLES = f"""
CREATE TABLE IF NOT EXISTS floor_sheet (id integer PRIMARY KEY, version integer NOT NULL, content text NOT NULL);
CREATE TABLE IF NOT EXISTS floor_save (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sheet integer NOT NULL,
  version integer NOT NULL, operation varchar(40) NOT NULL, changes text NOT NULL, UNIQUE (sheet, version),
  UNIQUE (sheet, operation));
INSERT INTO floor_sheet SELECT number, 0, '' FROM generate_series(1, {SHEETS}) AS number ON CONFLICT DO NOTHING;
"""


def make_tables() -> None:
    """Create the tables of the floor in the database that Django is set up for. PostgreSQL only."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(TABLES)


class FloorUser:
    """Somebody who saves through the floor view, in a session of his own."""

    def __init__(self, port: int, seed: int) -> None:
        self.connection, self.random, self.seed, self.count = Connection("127.0.0.1", port), Random(seed), seed, 0

    async def log_in(self) -> None:
        """Begin the session."""
        await self.connection.request("GET", "/session")

    async def save(self) -> None:
        """One save. Raises Failed."""
        self.count += 1
        sheet = self.random.randrange(1, SHEETS + 1)
        body = json.dumps({"sheet": sheet, "operation": f"floor-{self.seed}-{self.count}", "text": "完成背街小巷保洁"})
        try:
            answer = await self.connection.request("POST", "/save", body.encode())
        except NoAnswer as error:
            raise Failed(str(error)) from None
        if answer.status != 200:
            raise Failed(str(answer.status))
