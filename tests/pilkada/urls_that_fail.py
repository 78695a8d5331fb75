"""The product's addresses, one that always breaks and one that gets no connection."""

import psycopg_pool
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.urls import path

from pilkada.urls import handler500
from pilkada.urls import urlpatterns as known

__all__ = ["handler500"]


@login_not_required
def broken(_request):
    return 1 / 0


@login_not_required
def crowded(_request):
    raise OperationalError from psycopg_pool.PoolTimeout("couldn't get a connection after 10.00 sec")


urlpatterns = [path("rusak/", broken, name="broken"), path("penuh/", crowded, name="crowded"), *known]
