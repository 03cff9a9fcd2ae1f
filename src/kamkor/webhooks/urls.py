from django.urls import path

from kamkor.webhooks import views

urlpatterns = [
    path("webhooks/", views.listed, name="webhooks"),
    path("webhooks/new", views.new, name="webhook-new"),
    path("webhooks/<int:pk>", views.read, name="webhook"),
    path("webhooks/<int:pk>/turn", views.turn, name="webhook-turn"),
    path("webhooks/<int:pk>/pause", views.pause, name="webhook-pause"),
    path("webhooks/<int:pk>/resume", views.resume, name="webhook-resume"),
    path("webhooks/<int:pk>/end", views.end, name="webhook-end"),
    path("webhooks/messages/<int:pk>/resend", views.resend, name="webhook-resend"),
    path("webhooks/messages/<int:pk>/drop", views.drop, name="webhook-drop"),
]
