"""A desk itself: its members and keys, partner systems, who is on duty."""

from kamkor.access.roles import (
    CASE,
    EVERYONE,
    HEAD,
    ON_DUTY,
    RECEIVERS,
    Rule,
)

DESKS: dict[str, Rule] = {
    # the desk itself
    "desk.use": Rule(EVERYONE),
    "desk.why": Rule(EVERYONE),
    "member.read": Rule(("supervisor", "administrator")),
    "member.admit": Rule(("supervisor",), key=True),
    "member.remove": Rule(("supervisor",), key=True),
    "member.add": Rule(("supervisor", "administrator")),
    "member.role": Rule(("supervisor", "administrator")),
    "member.sign_out": Rule(("supervisor", "administrator")),
    "member.reset": Rule(("supervisor", "administrator")),
    "member.card": Rule(("supervisor", "administrator")),
    "member.factors": Rule(("supervisor", "administrator")),
    "member.subject": Rule(("supervisor", "administrator")),
    "desk.turn": Rule(("supervisor",), key=True),
    "desk.recovery": Rule(("supervisor",), key=True),
    "desk.custody": Rule(("supervisor",), key=True),
    "desk.keys": Rule(("supervisor", "administrator")),
    "desk.reseal": Rule(("supervisor",), key=True),
    "desk.seal": Rule(("supervisor",), key=True),
    "desk.unseal": Rule(("supervisor",), key=True),
    "desk.join": Rule(("supervisor",), key=True),
    "desk.split": Rule(("supervisor",), key=True),
    # Partner systems. To let one read what is sealed, the head asks, and a second person of the desk whose
    # own vault is open gives it the key, or refuses.
    "token.list": Rule((*RECEIVERS, "administrator")),
    "token.make": Rule(("supervisor", "administrator")),
    "token.ask": Rule(("supervisor",), key=True),
    "token.grant": Rule(CASE, key=True),
    "token.refuse": Rule(CASE, key=True),
    "token.revoke": Rule(("supervisor", "administrator")),
    # what partner systems are told unasked
    "webhook.list": Rule(("supervisor", "administrator")),
    "webhook.make": Rule(("supervisor", "administrator")),
    "webhook.turn": Rule(("supervisor", "administrator")),
    "webhook.pause": Rule(("supervisor", "administrator")),
    "webhook.resume": Rule(("supervisor", "administrator")),
    "webhook.end": Rule(("supervisor", "administrator")),
    "webhook.resend": Rule(("supervisor", "administrator")),
    "webhook.drop": Rule(("supervisor", "administrator")),
    # Who is on duty when, which places are served; the head writes it, one's own shift one hands on oneself.
    "roster.read": Rule(ON_DUTY),
    "roster.add": Rule(HEAD),
    "roster.copy": Rule(HEAD),
    "shift.remove": Rule(HEAD),
    "shift.hand_over": Rule(ON_DUTY, sent_only=tuple(role for role in ON_DUTY if role not in HEAD)),
    "region.add": Rule(HEAD),
    "region.remove": Rule(HEAD),
    "desk.second": Rule(HEAD),
}
