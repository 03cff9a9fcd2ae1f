from django.urls import path

from kamkor.statistics.views import (
    alerts,
    figures,
    indicators,
    overseeing,
    register,
    returns,
    supervising,
    trail,
)

urlpatterns = [
    path("supervision/", supervising.supervision, name="supervision"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<int:pk>/close", alerts.close, name="alert-close"),
    path("audit/", trail.audit, name="audit"),
    path("oversight/", overseeing.oversight, name="oversight"),
    path("oversight/coverage/<slug:group>/", overseeing.coverage, name="coverage"),
    path("figures/", figures.counts, name="counts"),
    path("figures/indicators/", indicators.indicators, name="indicators"),
    path("figures/standards/<slug:which>", indicators.standard, name="figures-standard"),
    path("figures/indicators/<slug:code>/", indicators.indicator, name="indicator"),
    path("figures/indicators/<slug:code>/file/<slug:which>", indicators.download, name="indicator-file"),
    path("figures/returns/", returns.returns, name="returns"),
    path("figures/returns/received/", returns.received, name="returns-received"),
    path("figures/returns/<slug:code>/", returns.enter, name="return"),
    path("figures/returns/<slug:code>/file", returns.from_file, name="return-file"),
    path("figures/returns/<int:pk>/sign", returns.sign, name="return-sign"),
    path("figures/returns/numbers/<int:pk>/change", returns.change, name="return-change"),
    path("figures/own/", indicators.own, name="own-figures"),
    path("figures/register/", register.register, name="register"),
    path("figures/register.csv", register.download, name="register-csv"),
    path("figures/register/new", register.new, name="figure-new"),
    path("figures/register/<int:pk>/edit", register.edit, name="figure-edit"),
    path("figures/<int:year>/<slug:name>.csv", figures.download, name="counts-csv"),
]
