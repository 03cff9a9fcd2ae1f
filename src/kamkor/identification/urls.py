from django.urls import path

from kamkor.identification.views import contacts, lines

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
]
