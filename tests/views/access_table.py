"""The access table: the expected status of every route, method, role and state.

Each block is one request: its name, the route, the method. Below it, which role or group gets which status: one for
all states, or one for each of draft, submitted, in_review, returned, approved. A later line overrides an earlier one.
A star means that the database changes; without one it must not. `login` is the redirect to the log-in page, `resume`
the log-in page with the posted fields, to be saved afterwards. A method without a block answers 405 to everybody who is
logged in.
"""

from __future__ import annotations

from dataclasses import dataclass

STATES = ("draft", "submitted", "in_review", "returned", "approved")

GROUPS = {
    "anonymous": ("anonymous", "deactivated"),
    "outside": ("stranger", "colleague", "nobody"),
    # Clerk and lead of the department, lead of the one above it, and one who is clerk here and reviewer as well.
    "department": ("clerk", "lead", "head_lead", "both"),
    "bureau": ("reviewer", "admin", "auditor"),
}
ROLES = tuple(role for group in GROUPS.values() for role in group)

TABLE = """
= sheet: sheet GET
anonymous   login
outside     404
department  200
bureau      404 200 200 200 200
admin       200

= sheet with a cell chosen: sheet GET ?cell=title
anonymous   login
outside     404
department  200
bureau      404 200 200 200 200
admin       200

= first step: first_step GET
anonymous   login
outside     404
department  302
bureau      404 302 302 302 302
admin       302

= step: step GET
anonymous   login
outside     404
department  200 302 302 200 302
bureau      404 302 302 302 302
admin       302

= step saved: step POST version=0 title=改名 do=save
anonymous   resume
outside     404
department  302* 409 409 302* 409
bureau      404 409 409 409 409
admin       409

= cell saved: save POST json
anonymous   401
outside     404
department  200* 409 409 200* 409
bureau      404 409 409 409 409
admin       409

= check page: submit GET
anonymous   login
outside     404
department  200 302 302 200 302
bureau      404 302 302 200 302
admin       200 302 302 200 302

= sent in: submit POST
anonymous   resume
outside     404
department  302* 302 302 302* 302
bureau      404 302 302 302 302
admin       302

= receipt: receipt GET
anonymous   login
outside     404
department  404 200 200 200 200
bureau      404 200 200 200 200

= log: log GET
anonymous   login
outside     404
department  200
bureau      404 200 200 200 200
admin       200

= remark put: remark POST path=title text=请改
anonymous   resume
outside     404
department  302
bureau      404 302 302 302 302
admin       302
reviewer    404 302* 302* 302 302
both        302 302* 302* 302 302

= remark of the reviewer taken back: remark POST drop={remark}
anonymous   resume
outside     404
department  302
bureau      404 302 302 302 302
admin       302
reviewer    404 302* 302* 302 302

= remark answered: answer POST answer=已改
anonymous   resume
outside     404
department  302* 302 302 302* 302
bureau      404 302 302 302 302
admin       302

= remark closed: remark POST close={remark}
anonymous   resume
outside     404
department  302
bureau      404 302 302 302 302
admin       302
reviewer    404 302* 302* 302 302
both        302 302* 302* 302 302

= attachments: attachments GET
anonymous   login
outside     404
department  200
bureau      404 200 200 200 200
admin       200

= attachment taken out: attachments POST drop={attachment}
anonymous   resume
outside     404
department  302* 302 302 302* 302
bureau      404 302 302 302 302
admin       302

= attachment fetched: attachment GET
anonymous   login
outside     404
department  200
bureau      404 200 200 200 200
admin       200

= what changed: changes GET
anonymous   login
outside     404
department  200
bureau      404 200 200 200 200
admin       200

= opinion: opinion GET
anonymous   login
outside     404
department  404 200 200 200 200
bureau      404 200 200 200 200

= opinion letter: opinion_letter GET
anonymous   login
outside     404
department  404 200 200 200 200
bureau      404 200 200 200 200

= opinion written: opinion POST grade=优 text=可行
anonymous   resume
outside     404
department  404 409 409 409 409
bureau      404 409 409 409 409
reviewer    404 302* 302* 409 409
both        404 302* 302* 409 409

= waiver asked for a finding that is not there: reply/ask POST finding=C01:title text=不涉及
anonymous   resume
outside     404
department  302
bureau      404 302 302 302 302
admin       302

= waiver given to a finding that is not there: reply/waive POST finding=C01:title text=可以
anonymous   resume
outside     404
department  302
bureau      404 302 302 302 302
admin       302

= an answer that there is not: reply/destroy POST
anonymous   resume
outside     404
department  404
bureau      404

= sheet still open: look POST
anonymous   resume
outside     404
department  404
both        200*
bureau      404
reviewer    404 200* 200* 200* 200*

= batch with nothing chosen: batch POST action=approve
anonymous   resume
outside     404
department  404
both        302
bureau      404
reviewer    302

= batch approved: batch POST action=approve ref={ref} confirm=1
anonymous   resume
outside     404
department  404
both        302
bureau      404
reviewer    302

= withdrawn: act/withdraw POST
anonymous   resume
outside     404
department  302 302* 302 302 302
bureau      404 302 302 302 302
admin       302

= review begun: act/start_review POST
anonymous   resume
outside     404
department  302
bureau      404 302 302 302 302
admin       302
reviewer    404 302* 302 302 302
both        302 302* 302 302 302

= returned: act/return POST words=请改
anonymous   resume
outside     404
department  302
bureau      404 302 302 302 302
admin       302
reviewer    404 302* 302* 302 302
both        302 302* 302* 302 302

= approved: act/approve POST
anonymous   resume
outside     404
department  302
bureau      404 302 302 302 302
admin       302
reviewer    404 302* 302* 302 302
both        302 302* 302* 302 302

= reopened: act/reopen POST words=请改
anonymous   resume
outside     404
department  302
bureau      404 302 302 302 302
admin       302 302 302 302 302*

= sent in past the check page: act/submit POST
anonymous   resume
outside     404
department  404
bureau      404

= a step that there is not: act/destroy POST
anonymous   resume
outside     404
department  404
bureau      404

= file: download GET
anonymous   login
outside     404
department  200
bureau      404 200 200 200 200
admin       200

= start page: start GET
anonymous   login
outside     404
department  200
head_lead   404
bureau      404

= started: start POST new_project=新项目
anonymous   resume
outside     404
department  302*
head_lead   404
bureau      404

= home: home GET
anonymous   login
outside     302
nobody      200
department  302
bureau      302

= tasks: tasks GET
anonymous   login
outside     200
nobody      404
department  200
bureau      404

= queue: queue GET
anonymous   login
outside     404
department  404
both        200
bureau      200

= notices: notices GET
anonymous   login
outside     200
nobody      404
department  200
bureau      404
reviewer    200

= notices marked as seen: notices POST until={now}
anonymous   resume
outside     302*
nobody      404
department  302*
bureau      404
reviewer    302*

= board of the newest cycle: newest_board GET
anonymous   login
outside     404
department  404
both        200
bureau      200

= board of a cycle: board GET
anonymous   login
outside     404
department  404
both        200
bureau      200

= a department on the board: board_office GET
anonymous   login
outside     404
department  404
both        200
bureau      200

= all who are late, before reminding: remind GET
anonymous   login
outside     404
department  404
both        200
bureau      200
auditor     404

= chosen departments, before reminding: remind POST department={department}
anonymous   resume
outside     404
department  404
both        200
bureau      200
auditor     404

= reminded: remind POST department={department} text=请尽快 do=send
anonymous   resume
outside     404
department  404
both        302*
bureau      302*
auditor     404

= reminded without words: remind POST department={department} text= do=send
anonymous   resume
outside     404
department  404
both        409
bureau      409
auditor     404

= cycles and archives: packets GET
anonymous   login
outside     404
department  404
bureau      404
admin       200

= what goes into a packet, chosen: packets GET ?cycle={cycle}
anonymous   login
outside     404
department  404
bureau      404
admin       200

= packet asked for: packets POST cycle={cycle}
anonymous   resume
outside     404
department  404
bureau      404
admin       302*

= packet: packet GET
anonymous   login
outside     404
department  404
bureau      404
admin       200

= packet cancelled when it is ready: packet_act/cancel POST
anonymous   resume
outside     404
department  404
bureau      404
admin       302

= packet gone on with when it is ready: packet_act/resume POST
anonymous   resume
outside     404
department  404
bureau      404
admin       302

= a step of packets that there is not: packet_act/destroy POST
anonymous   resume
outside     404
department  404
bureau      404

= file of a packet: packet_file GET
anonymous   login
outside     404
department  404
bureau      404
admin       200

= verification page: verify GET
anonymous   200
outside     200
department  200
bureau      200

= a code looked up: verify GET ?code=0001-AAAA-AAAA-AAAA
anonymous   200
outside     200
department  200
bureau      200

= a code looked up by a form: verify POST code=0001-AAAA-AAAA-AAAA
anonymous   200
outside     200
department  200
bureau      200

= forms: layouts GET
anonymous   login
outside     404
department  404
bureau      404
admin       200

= form uploaded with mistakes: layouts POST text=oops
anonymous   resume
outside     404
department  404
bureau      404
admin       422

= form: layout GET
anonymous   login
outside     404
department  404
bureau      404
admin       200

= form made due: layout POST cycle={cycle}
anonymous   resume
outside     404
department  404
bureau      404
admin       302

= form as a sample: layout_sample GET
anonymous   login
outside     404
department  404
bureau      404
admin       200

= style of a layout, no content: layout_css GET
anonymous   200
outside     200
department  200
bureau      200

= watchdog: health GET
anonymous   200
outside     200
department  200
bureau      200

= watchdog posted to: health POST
anonymous   200
outside     200
department  200
bureau      200

= log-in page: login GET
anonymous   200
outside     200
department  200
bureau      200

= log-in with nothing typed: login POST
anonymous   200
outside     200
department  200
bureau      200

= larger type, stored in a cookie: text_size POST size=large
anonymous   302
outside     302
department  302
bureau      302

= logged out: logout POST
anonymous   302
outside     302
department  302
bureau      302
"""


@dataclass(frozen=True)
class Request:
    """One block of the table: how to ask, and by role and state what is answered."""

    name: str
    route: str
    method: str
    posted: str
    expected: dict[tuple[str, str], str]

    @property
    def view(self) -> str:
        """The route's name without what is asked of it."""
        return self.route.partition("/")[0]


def requests() -> list[Request]:
    """The table, read; a block that leaves out a role is a mistake in the table."""
    found = []
    for block in TABLE.strip().split("\n\n"):
        title, *lines = block.splitlines()
        name, _, call = title.removeprefix("= ").partition(": ")
        route, method, *posted = call.split(" ", 2)
        expected: dict[tuple[str, str], str] = {}
        for line in lines:
            who, *codes = line.split()
            for role in GROUPS.get(who, (who,)):
                expected.update(
                    zip(((role, state) for state in STATES), codes * 5 if len(codes) == 1 else codes, strict=True)
                )
        missing = set(ROLES) - {role for role, _ in expected}
        assert not missing, f"{name}: the table does not say what {missing} get"
        found.append(Request(name, route, method, "".join(posted), expected))
    return found
