"""The product's addresses and one that always breaks."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from pilkada.urls import handler500
from pilkada.urls import urlpatterns as known

__all__ = ["handler500"]


@login_not_required
def broken(_request):
    return 1 / 0


urlpatterns = [path("rusak/", broken, name="broken"), *known]
