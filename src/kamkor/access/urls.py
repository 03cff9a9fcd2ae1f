from django.urls import path

from kamkor.access import staff, token_pages, views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("choose-desk", views.choose_desk, name="choose-desk"),
    path("unlock", views.unlock, name="unlock"),
    path("lock", views.lock, name="lock"),
    path("password", views.change_password, name="change-password"),
    path("recover", views.recover, name="recover"),
    path("not-admitted", views.not_admitted, name="not-admitted"),
    path("staff", staff.members, name="members"),
    path("staff/add", staff.add, name="member-add"),
    path("staff/role", staff.add_role, name="member-role"),
    path("staff/<int:pk>/admit", staff.admit, name="member-admit"),
    path("staff/<int:pk>/remove", staff.remove, name="member-remove"),
    path("staff/<int:pk>/reset", staff.reset, name="member-reset"),
    path("staff/turn", staff.turn, name="desk-turn"),
    path("staff/custody", staff.custody, name="desk-custody"),
    path("staff/recovery", staff.recovery, name="desk-recovery"),
    path("tokens/", token_pages.listed, name="tokens"),
    path("tokens/new", token_pages.new, name="token-new"),
    path("tokens/<int:pk>/revoke", token_pages.revoke, name="token-revoke"),
    path("why", staff.why, name="why"),
]
