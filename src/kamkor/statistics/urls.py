from django.urls import path

from kamkor.statistics.views import figures, overseeing, supervising, trail

urlpatterns = [
    path("supervision/", supervising.supervision, name="supervision"),
    path("audit/", trail.audit, name="audit"),
    path("oversight/", overseeing.oversight, name="oversight"),
    path("oversight/coverage/<slug:group>/", overseeing.coverage, name="coverage"),
    path("figures/", figures.counts, name="counts"),
    path("figures/<int:year>/<slug:name>.csv", figures.download, name="counts-csv"),
]
