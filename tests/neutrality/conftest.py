"""What tests of neutrality share."""

import pytest

from tests.neutrality.tips import fresh_counts


@pytest.fixture
def store(settings):
    """The real store, without counts of other tests."""
    with fresh_counts(settings.REDIS_URL) as found:
        yield found


@pytest.fixture
def shelf(settings, tmp_path):
    """Where files are kept."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
