"""What anybody may ask of the register, in every language."""

from django.urls import path

from kamkor.prevention.views import public

urlpatterns = [path("firm", public.firm, name="firm-check")]
