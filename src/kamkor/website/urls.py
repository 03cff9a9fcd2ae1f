"""What the receiving desk does with what came in by the public door."""

from django.urls import path

from kamkor.website.views import desk

urlpatterns = [
    path("door/", desk.door, name="door"),
    path("reports/<int:pk>/", desk.report, name="report"),
    path("reports/<int:pk>/close", desk.close_report, name="report-close"),
    path("check-ins/<int:pk>/", desk.check_in, name="check-in"),
]
