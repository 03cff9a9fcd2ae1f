"""All addresses. The desk lies under /desk/, each app adds its own."""

from importlib.util import find_spec

from django.urls import include, path
from django.views.generic import RedirectView

from kamkor import api
from kamkor.access import views as access
from kamkor.base import views as base

handler500 = "kamkor.base.failures.broken"
DESK_APPS = (
    *("access", "directory", "people", "identification", "assistance", "crossborder", "statistics"),
    "webhooks",
)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="my-work"), name="start"),
    path("healthz", base.healthz, name="healthz"),
    path("readyz", base.readyz, name="readyz"),
    path("language", access.set_language, name="set_language"),
    path("desk/components", base.components, name="components"),
    path("api/v1/", api.reference, name="api-reference"),
    path("api/v1/problems", api.problem_types, name="api-problems"),
    path("api/v1/openapi.json", api.openapi, name="api-openapi"),
    path("api/v1/", api.api.urls),
    *(
        path("desk/", include(f"kamkor.{app}.urls"))
        for app in DESK_APPS
        if find_spec(f"kamkor.{app}.urls") is not None
    ),
]
