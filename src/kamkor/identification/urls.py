from django.urls import path

from kamkor.identification.views import contacts, facts, interpreting, lines, packets, screening

urlpatterns = [
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/new", contacts.open_contact, name="contact-open"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/silent", contacts.silent, name="contact-silent"),
    path("contacts/<int:pk>/undo", contacts.undo, name="contact-undo"),
    path("contacts/<int:pk>/link", contacts.link, name="contact-link"),
    path("lines/", lines.lines, name="lines"),
    path("lines/new", lines.add, name="line-add"),
    path("lines/<int:pk>/", lines.edit, name="line-edit"),
    path("people/<int:pk>/facts/new", facts.add, name="fact-add"),
    path("people/<int:pk>/screenings", screening.screenings, name="screenings"),
    path("screenings/<int:pk>/", screening.screening, name="screening"),
    path("screenings/<int:pk>/talk", screening.talk, name="screening-talk"),
    path("screenings/<int:pk>/set-aside", screening.set_aside, name="screening-set-aside"),
    path("people/<int:pk>/interpreter", interpreting.ask, name="interpreter-ask"),
    path("talks/", interpreting.talks, name="interpreting"),
    path("talks/<int:pk>/take", interpreting.take, name="interpreting-take"),
    path("talks/<int:pk>/begin", interpreting.begin, name="interpreting-begin"),
    path("talks/<int:pk>/cancel", interpreting.cancel, name="interpreter-cancel"),
    path("packets/", packets.packets, name="packets"),
    path("people/<int:pk>/packets/new", packets.prepare, name="packet-new"),
    path("packets/<int:pk>/", packets.packet, name="packet"),
    path("packets/<int:pk>/submit", packets.submit, name="packet-submit"),
    path("packets/<int:pk>/record", packets.record, name="packet-record"),
]
