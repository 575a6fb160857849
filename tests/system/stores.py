"""What an instance's stores hold, as those see them who share no code with it: fixtures.  SPDX-License-Identifier: Apache-2.0"""
import psycopg
import pytest
from watch import Watch


@pytest.fixture(scope="session")
def database(instance):
    with psycopg.connect(instance.pg, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def watch(instance):
    """An independent consumer of all topics, from the beginning."""
    made = Watch(instance.kafka)
    yield made
    made.close()
