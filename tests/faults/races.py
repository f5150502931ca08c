"""People who do the same or the opposite at once (F6, F7, F18), and a deadline that passes meanwhile (F16)."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import psycopg

from tests.faults.world import Result, World, database
from tests.load.clerk import FORM, Clerk, Save, Sheet
from tests.load.connection import Answer, NoAnswer

AT_ONCE = 50


async def submit_at_once(world: World, rounds: int) -> Result:
    """50 identical submissions at once: one is stored, and all are answered alike."""
    result = Result()
    for _ in range(rounds):
        clerk, sheet = world.take_spare()
        body = await _submission(clerk, sheet)
        posts = (_post(clerk, f"/filings/{sheet.ref}/submit/", body) for _ in range(AT_ONCE))
        answers = await asyncio.gather(*posts)
        receipts = sum(one.headers.get("location", "").endswith("/receipt/") for one in answers)
        revisions, events = await database(_counts, sheet.ref, "submit")
        result.notes.append(f"{receipts} of {AT_ONCE} got the receipt")
        if (revisions, events) != (1, 1):
            result.broken.append(f"{AT_ONCE} submissions at once made {revisions} revisions and {events} events")
        if receipts < AT_ONCE:
            statuses = sorted({one.status for one in answers})
            result.shortfalls.append(
                f"{AT_ONCE - receipts} of {AT_ONCE} equal submissions got another answer {statuses}"
            )
    return result


async def edit_the_same_cell(world: World, rounds: int) -> Result:
    """Two people of a department save the same cell from the same version: one is saved, the other is asked."""
    result = Result()
    clerk, sheet = world.take_spare()
    colleague = await world.signed_in(await database(_colleague, clerk.login))
    writer = await world.signed_in(clerk.login)
    version = sheet.version
    for number in range(rounds):
        path = sheet.paths[number % len(sheet.paths)]
        saves = [
            Save(sheet.ref, f"race-{who}-{number}-{world.seed}", path, f"{name}第{number}稿{world.seed}", version)
            for who, name in (("a", "甲"), ("b", "乙"))
        ]
        world.record.sent += saves
        answers = await asyncio.gather(
            *(_save(one, save) for one, save in zip((writer, colleague), saves, strict=True))
        )
        data = [json.loads(answer.body) for answer in answers]
        won = [index for index in (0, 1) if answers[index].status == 200]
        if len(won) != 1 or sorted(answer.status for answer in answers) != [200, 409]:
            result.broken.append(f"round {number}: answered {[answer.status for answer in answers]}, not 200 and 409")
            break
        world.record.acknowledged.append(saves[won[0]])
        conflict = data[1 - won[0]]["conflicts"][0]
        if (conflict["mine"], conflict["theirs"]) != (saves[1 - won[0]].text, saves[won[0]].text):
            result.broken.append(f"round {number}: the conflict does not show both texts")
        version = max(one["version"] for one in data)
    result.notes.append(f"{rounds} times one was saved and the other asked")
    return result


async def approve_and_withdraw(world: World, rounds: int) -> Result:
    """A reviewer approves while the clerk withdraws: exactly one of them does it."""
    result, wins = Result(), {"approve": 0, "withdraw": 0}
    for number in range(rounds):
        clerk, sheet = world.take_spare()
        writer = await world.signed_in(clerk.login)
        reviewer = await world.signed_in(await database(_reviewer, sheet.ref))
        await writer.submit_sheet(sheet)
        token = {"csrfmiddlewaretoken": "", "version": str(sheet.version)}
        posts = [
            _post(reviewer, f"/filings/{sheet.ref}/do/approve/", _fields(reviewer, token)),
            _post(writer, f"/filings/{sheet.ref}/do/withdraw/", _fields(writer, token)),
        ]
        # Whose request leaves first by a hair has an advantage: they take turns.
        await asyncio.gather(*(reversed(posts) if number % 2 else posts))
        counts = {action: (await database(_counts, sheet.ref, action))[1] for action in wins}
        if sorted(counts.values()) != [0, 1]:
            result.broken.append(f"approve and withdraw at once gave {counts}")
        for action, count in counts.items():
            wins[action] += count
    result.notes.append(", ".join(f"{action} won {count}" for action, count in wins.items()))
    return result


async def pass_the_deadline(world: World, rounds: int) -> Result:
    """A submission that came before the deadline and had to wait until after it counts; a later one does not.

    It waits for less than requests wait for locks: then it would be answered, and could be sent again too late.
    """
    result = Result()
    assert world.site.cluster
    clerk, sheet = world.take_spare()
    same = [pair for pair in world.spare if await database(_cycle, pair[1].ref) == await database(_cycle, sheet.ref)]
    other, late = same[0]
    world.spare.remove(same[0])
    bodies = [await _submission(clerk, sheet), await _submission(other, late)]
    async with await psycopg.AsyncConnection.connect(world.site.cluster.url) as holder:
        await holder.execute("SELECT id FROM filings_filing WHERE ref = %s FOR UPDATE", [sheet.ref])
        before = await database(_set_deadline, sheet.ref, 0.5)
        first = asyncio.create_task(_post(clerk, f"/filings/{sheet.ref}/submit/", bodies[0]))
        await asyncio.sleep(0.8)
        await holder.rollback()
    answers = [await first, await _post(other, f"/filings/{late.ref}/submit/", bodies[1])]
    await database(_restore_deadline, sheet.ref, before)
    is_sent = [answer.headers.get("location", "").endswith("/receipt/") for answer in answers]
    stored = [(await database(_counts, one.ref, "submit"))[1] == 1 for one in (sheet, late)]
    if is_sent != stored:
        result.broken.append(f"the site says {is_sent} and has stored {stored}")
    if stored[1]:
        result.broken.append("a submission after the deadline was accepted")
    if not stored[0]:
        result.shortfalls.append("a submission that came half a second before the deadline and had to wait was refused")
    result.notes.append(f"before the deadline {answers[0].status}, after it {answers[1].status}")
    return result


async def _submission(clerk: Clerk, sheet: Sheet) -> bytes:
    page = await clerk.connection.sibling().request("GET", f"/filings/{sheet.ref}/submit/")
    return clerk.submission(page.text, sheet)


async def _post(clerk: Clerk, path: str, body: bytes) -> Answer:
    """A POST on a connection of its own; without an answer one of status 0."""
    try:
        return await clerk.connection.sibling().request("POST", path, body, FORM, 60)
    except NoAnswer:
        return Answer(0, {}, b"")


async def _save(clerk: Clerk, save: Save) -> Answer:
    token = clerk.connection.cookies["csrftoken"]
    headers = {"X-CSRFToken": token, "Accept": "application/json", "Content-Type": "application/json"}
    return await clerk.connection.request("POST", f"/filings/{save.ref}/save/", save.encode(), headers)


def _fields(clerk: Clerk, fields: dict[str, str]) -> bytes:
    from urllib.parse import urlencode

    return urlencode({**fields, "csrfmiddlewaretoken": clerk.connection.cookies["csrftoken"]}).encode()


def _counts(ref: str, action: str) -> tuple[int, int]:
    """The revisions of a sheet, and its events of one kind."""
    from filings.models import Event, Revision

    events = Event.objects.filter(filing__ref=ref, action=action)
    return Revision.objects.filter(filing__ref=ref).count(), events.count()


def _colleague(login: str) -> str:
    """The login of a new clerk of the same department."""
    from filings.models import Membership, Person

    own = Membership.objects.select_related("person").get(person__username=login)
    person = Person.objects.create(username=f"{login}.2", password=own.person.password, full_name="同事")
    own.pk, own.person = None, person
    own.save()
    return str(person.username)


def _reviewer(ref: str) -> str:
    from filings.models import Filing, Person

    place = Filing.objects.get(ref=ref).jurisdiction_id
    return str(Person.objects.get(memberships__role="reviewer", memberships__jurisdiction=place).username)


def _cycle(ref: str) -> int:
    from filings.models import Filing

    return int(Filing.objects.get(ref=ref).cycle_id)


def _set_deadline(ref: str, seconds: float) -> str:
    """Let the cycle of a sheet end in so many seconds; its deadline until now."""
    from django.utils import timezone

    from filings.models import Cycle, Filing

    cycle = Cycle.objects.get(pk=Filing.objects.get(ref=ref).cycle_id)
    before = cycle.deadline.isoformat()
    Cycle.objects.filter(pk=cycle.pk).update(deadline=timezone.now() + timedelta(seconds=seconds))
    return before


def _restore_deadline(ref: str, before: str) -> None:
    from filings.models import Cycle, Filing

    Cycle.objects.filter(pk=Filing.objects.get(ref=ref).cycle_id).update(deadline=before)
