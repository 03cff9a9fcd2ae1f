"""Addresses of the public door, each in every language."""

from django.urls import path

from kamkor.website.views import front, near, offer

app_name = "website"
urlpatterns = [
    path("", front.front, name="front"),
    path("help", front.help_now, name="help"),
    path("traces", front.traces, name="traces"),
    path("near", near.near, name="near"),
    path("offer", offer.offer, name="offer"),
]
