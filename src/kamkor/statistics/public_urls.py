"""Addresses of data for everybody, each in every language; an address once given stays."""

from django.urls import path

from kamkor.statistics.views import open_data

urlpatterns = [
    path("figures/", open_data.index, name="open-data"),
    path("figures/<slug:data_set>/", open_data.newest, name="open-data-set"),
    path("figures/<slug:data_set>/<int:version>/", open_data.version, name="open-data-version"),
    path("figures/<slug:data_set>/<int:version>/<str:name>", open_data.file, name="open-data-file"),
]
