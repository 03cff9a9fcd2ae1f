"""Pages that work without a line; the service worker has to do with what lies below /fill/ alone."""

from django.urls import path

from kamkor.surveys import browsers

urlpatterns = [
    path("", browsers.day, name="fill"),
    path("worker.js", browsers.worker, name="fill-worker"),
    path("send", browsers.send, name="fill-send"),
    path("forms/<int:pk>/", browsers.form, name="fill-form"),
    path("forms/<int:pk>/media/<int:file>", browsers.media, name="fill-media"),
    path("link/<slug:mark>/", browsers.link, name="fill-link"),
    path("link/<slug:mark>/send", browsers.send, name="fill-link-send"),
    path("link/<slug:mark>/media/<int:file>", browsers.media, name="fill-link-media"),
]
