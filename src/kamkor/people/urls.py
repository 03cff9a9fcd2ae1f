from django.urls import path

from kamkor.people.views import consents, duplicates, exclusions, file, looks, merging, search, ties

urlpatterns = [
    path("people/", search.people, name="people"),
    path("people/two-files/", duplicates.pairs, name="duplicates"),
    path("people/two-files/<int:pk>/run", duplicates.run, name="duplicate-run"),
    path("people/two-files/<int:pk>/part", duplicates.part, name="duplicate-part"),
    path("people/<int:pk>/", file.show, name="person"),
    path("people/<int:pk>/edit", file.edit, name="person-edit"),
    path("people/<int:pk>/add", file.particular_add, name="particular-add"),
    path("people/<int:pk>/flags/new", ties.flag, name="flag-raise"),
    path("people/<int:pk>/consents/new", consents.take, name="consent-take"),
    path("people/<int:pk>/consents/emergency", consents.emergency, name="consent-emergency"),
    path("people/<int:pk>/exclusions/new", exclusions.exclude, name="exclusion-set"),
    path("people/<int:pk>/other", search.pick, name="person-pick"),
    path("people/<int:pk>/relate/<int:other>", ties.relate, name="person-relate"),
    path("people/<int:pk>/merge/<int:other>", merging.merge, name="person-merge"),
    path("people/<int:pk>/unmerge/<int:other>", merging.unmerge, name="person-unmerge"),
    path("people/<int:pk>/who-looked", looks.who_looked, name="person-who-looked"),
    path("people/<int:pk>/print", looks.paper, name="person-print"),
    path("particulars/<int:pk>/edit", file.particular_edit, name="particular-edit"),
    path("particulars/<int:pk>/end", file.particular_end, name="particular-end"),
    path("particulars/<int:pk>/show", file.particular_show, name="particular-show"),
    path("relationships/<int:pk>/remove", ties.unrelate, name="person-unrelate"),
    path("flags/<int:pk>/clear", ties.flag_clear, name="flag-clear"),
    path("consents/review", consents.reviews, name="consent-reviews"),
    path("consents/<int:pk>/review", consents.review, name="consent-review"),
    path("consents/<int:pk>/withdraw", consents.withdraw, name="consent-withdraw"),
    path("exclusions/<int:pk>/lift", exclusions.lift, name="exclusion-lift"),
]
