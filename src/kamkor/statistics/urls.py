from django.urls import path

from kamkor.statistics.views import alerts, figures, overseeing, supervising, trail

urlpatterns = [
    path("supervision/", supervising.supervision, name="supervision"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<int:pk>/close", alerts.close, name="alert-close"),
    path("audit/", trail.audit, name="audit"),
    path("oversight/", overseeing.oversight, name="oversight"),
    path("oversight/coverage/<slug:group>/", overseeing.coverage, name="coverage"),
    path("figures/", figures.counts, name="counts"),
    path("figures/<int:year>/<slug:name>.csv", figures.download, name="counts-csv"),
]
