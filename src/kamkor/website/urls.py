"""What the receiving desk does with what came in by the public door."""

from django.urls import path

from kamkor.website.views import desk, knowledge

urlpatterns = [
    path("door/", desk.door, name="door"),
    path("reports/<int:pk>/", desk.report, name="report"),
    path("reports/<int:pk>/close", desk.close_report, name="report-close"),
    path("check-ins/<int:pk>/", desk.check_in, name="check-in"),
    path("knowledge/", knowledge.knowledge, name="knowledge"),
    path("knowledge/new", knowledge.add, name="sheet-new"),
    path("knowledge/<int:pk>/", knowledge.sheet, name="sheet"),
    path("knowledge/<int:pk>/source", knowledge.change, name="sheet-change"),
    path("knowledge/<int:pk>/write", knowledge.write, name="sheet-write"),
]
