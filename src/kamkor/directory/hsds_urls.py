from django.urls import path

from kamkor.directory import hsds_views as views

urlpatterns = [
    path("", views.root, name="hsds"),
    path("openapi.json", views.openapi, name="hsds-openapi"),
    path("services", views.services, name="hsds-services"),
    path("services/<slug:key>", views.service, name="hsds-service"),
    path("organizations", views.organizations, name="hsds-organizations"),
    path("organizations/<slug:key>", views.organization, name="hsds-organization"),
    path("service_at_locations", views.places, name="hsds-places"),
    path("service_at_locations/<slug:key>", views.place, name="hsds-place"),
    path("taxonomies", views.taxonomies, name="hsds-taxonomies"),
    path("taxonomies/<slug:key>", views.taxonomy, name="hsds-taxonomy"),
    path("taxonomy_terms", views.terms, name="hsds-terms"),
    path("taxonomy_terms/<slug:key>", views.term, name="hsds-term"),
]
