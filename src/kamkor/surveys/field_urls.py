"""What telephones call; the addresses end as their standard wants it."""

from django.urls import path

from kamkor.surveys import openrosa

urlpatterns = [
    path("formList", openrosa.form_list, name="field-forms"),
    path("submission", openrosa.submission, name="field-submission"),
    path("forms/<int:pk>.xml", openrosa.form, name="field-form"),
    path("forms/<int:pk>/manifest", openrosa.manifest, name="field-manifest"),
    path("media/<int:pk>", openrosa.media, name="field-media"),
]
