from django.urls import path

from kamkor.assistance.views import work

urlpatterns = [
    path("", work.my_work, name="my-work"),
]
