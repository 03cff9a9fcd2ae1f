"""All addresses. The desk lies under /desk/, each app adds its own."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from kamkor import api
from kamkor.access import views as access
from kamkor.base import views as base

handler404 = "kamkor.base.failures.absent"
handler500 = "kamkor.base.failures.broken"
DESK_APPS = (
    *("access", "directory", "people", "identification", "assistance", "crossborder", "statistics"),
    *("prevention", "surveys", "webhooks", "website"),
)
PUBLIC_APPS = ("website", "prevention", "statistics")  # each page once in every language: /ky/…, /ru/…

urlpatterns = [
    path("", access.start, name="start"),
    path("healthz", base.healthz, name="healthz"),
    path("readyz", base.readyz, name="readyz"),
    path("field/", include("kamkor.surveys.field_urls")),
    path("fill/", include("kamkor.surveys.fill_urls")),
    path("language", access.set_language, name="set_language"),
    path("desk/components", base.components, name="components"),
    path("api/v1/", api.reference, name="api-reference"),
    path("api/v1/problems", api.problem_types, name="api-problems"),
    path("api/v1/openapi.json", api.openapi, name="api-openapi"),
    path("api/v1/", api.api.urls),
    path("api/hsds/", include("kamkor.directory.hsds_urls")),
    *(
        path("desk/", include(f"kamkor.{app}.urls"))
        for app in DESK_APPS
        if find_spec(f"kamkor.{app}.urls") is not None
    ),
]
urlpatterns += i18n_patterns(
    *(
        path("", include(f"kamkor.{app}.public_urls"))
        for app in PUBLIC_APPS
        if find_spec(f"kamkor.{app}") and find_spec(f"kamkor.{app}.public_urls")
    )
)
