"""Cases, handovers, referrals and tasks, for other systems."""

from ninja import Router

from kamkor.assistance.api import cases, handovers, referrals, sending, tasks

router = Router()
for part in (cases, handovers, referrals, sending, tasks):
    router.add_router("", part.router)
