from django.urls import path

from kamkor.surveys import fieldwork, results, views, withoutline

urlpatterns = [
    path("forms/", views.listed, name="questionnaires"),
    path("forms/new", views.upload, name="questionnaire-new"),
    path("forms/shipped", views.ship, name="questionnaire-shipped"),
    path("forms/<int:pk>/", views.questionnaire, name="questionnaire"),
    path("forms/<int:pk>/seal", views.seal, name="questionnaire-seal"),
    path("forms/<int:pk>/open", views.open_again, name="questionnaire-open"),
    path("forms/<int:pk>/close", views.close, name="questionnaire-close"),
    path("forms/<int:pk>/media", views.media, name="questionnaire-media"),
    path("forms/<int:pk>/answers/", fieldwork.submissions, name="submissions"),
    path("forms/<int:pk>/tables", results.tables, name="questionnaire-tables"),
    path("forms/<int:pk>/tables/export", results.export, name="questionnaire-export"),
    path("answers/<int:pk>/", fieldwork.submission, name="submission"),
    path("answer-files/<int:pk>", fieldwork.file, name="submission-file"),
    path("forms/<int:pk>/link", withoutline.link, name="questionnaire-link"),
    path("without-line/", withoutline.without_line, name="without-line"),
    path("without-line/begin", withoutline.begin, name="browser-begin"),
    path("without-line/forms", withoutline.open_forms, name="envelopes-open"),
    path("without-line/browsers/<int:pk>/end", withoutline.end, name="browser-end"),
    path("without-line/<int:pk>/", withoutline.written, name="envelope"),
    path("without-line/<int:pk>/take", withoutline.take, name="envelope-take"),
    path("without-line/<int:pk>/end", withoutline.entered, name="envelope-end"),
    path("phones/", fieldwork.devices, name="devices"),
    path("phones/new", fieldwork.add_device, name="device-new"),
    path("phones/<int:pk>/revoke", fieldwork.revoke_device, name="device-revoke"),
    path("kept-aside/", fieldwork.quarantine, name="quarantine"),
    path("kept-aside/<int:pk>/retry", fieldwork.retry, name="quarantine-retry"),
    path("kept-aside/<int:pk>/original", fieldwork.original, name="quarantine-original"),
    path("form-versions/<int:pk>/workbook", views.workbook, name="questionnaire-workbook"),
]
