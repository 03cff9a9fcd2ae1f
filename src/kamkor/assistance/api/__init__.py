"""Cases, referrals and tasks, for other systems."""

from ninja import Router

from kamkor.assistance.api import cases, referrals, sending, tasks

router = Router()
for part in (cases, referrals, sending, tasks):
    router.add_router("", part.router)
