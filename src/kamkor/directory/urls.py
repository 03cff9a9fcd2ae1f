from django.urls import path

from kamkor.directory import views

urlpatterns = [
    path("services/", views.directory, name="directory"),
    path("services/own/", views.own_offers, name="own-offers"),
    path("services/own/new", views.new_offer, name="offer-new"),
    path("services/<int:pk>/edit", views.edit_offer, name="offer-edit"),
    path("services/<int:pk>/room", views.room, name="offer-room"),
    path("reference/<slug:which>/", views.reference, name="reference"),
    path("reference/<slug:which>/<slug:code>", views.edit_entry, name="entry-edit"),
    path("organisations/<int:pk>/edit", views.edit_organisation, name="organisation-edit"),
]
