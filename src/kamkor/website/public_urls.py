"""Addresses of the public door, each in every language."""

from django.urls import path

from kamkor.website.views import abroad, check_in, front, missing, near, offer, readers, report

app_name = "website"
urlpatterns = [
    path("", front.front, name="front"),
    path("help", front.help_now, name="help"),
    path("traces", front.traces, name="traces"),
    path("near", near.near, name="near"),
    path("offer", offer.offer, name="offer"),
    path("abroad", abroad.index, name="abroad"),
    path("abroad/ready", abroad.ready, name="ready"),
    path("abroad/<slug:country>", abroad.country, name="country"),
    path("pages/<int:pk>", front.written, name="page"),
    path("report", report.report, name="report"),
    path("report/answers", report.answers, name="report-answers"),
    path("departure", check_in.departure, name="departure"),
    path("missing", missing.missing, name="missing"),
    path("missing/asked", missing.asked, name="asked"),
    path("sent", front.sent, name="sent"),
    path("for/<slug:reader>", readers.for_readers, name="reader"),
]
