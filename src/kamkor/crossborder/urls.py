from django.urls import path

from kamkor.crossborder import views

urlpatterns = [
    path("search-requests/", views.requests, name="search-requests"),
    path("search-requests/new", views.take, name="search-request-new"),
    path("search-requests/<int:pk>/", views.search_request, name="search-request"),
    path("search-requests/<int:pk>/pass-on", views.pass_on, name="search-request-pass-on"),
    path("search-requests/<int:pk>/steps/new", views.add_step, name="search-step-new"),
    path("search-requests/<int:pk>/end", views.end, name="search-request-end"),
    path("search-steps/<int:pk>/letter", views.letter, name="search-letter"),
    path("matches/", views.matches, name="matches"),
    path("matches/<int:pk>/", views.match, name="match"),
    path("matches/<int:pk>/decide", views.decide, name="match-decide"),
]
