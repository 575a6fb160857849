"""Whether anything changed: the ends of all topics and the rows of all tables.  SPDX-License-Identifier: Apache-2.0"""
import psycopg
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec
from instance import eventually

# These tables live without a command: the relay's and the workers' heartbeats, and log-ins.
RESTLESS = {"session.session", "session.refresh", "session.device", "flow.heartbeat", "flow.outbox", "flow.process", "flow.sight"}


class Stillness:
    def __init__(self, instance):
        self.kafka = AdminClient({"bootstrap.servers": instance.kafka})
        self.connection = psycopg.connect(instance.pg, autocommit=True)
        self.topics = self.kafka.list_topics(timeout=10).topics.values()
        names = self.connection.execute("select schemaname || '.' || tablename from pg_tables where schemaname not in "
                                        "('pg_catalog', 'information_schema') order by 1").fetchall()
        self.tables = [name for (name,) in names if name not in RESTLESS]
        self.before = None

    def close(self):
        self.connection.close()

    def look(self):
        asked = {TopicPartition(topic.topic, partition): OffsetSpec.latest() for topic in self.topics
                 if not topic.topic.startswith("__") for partition in topic.partitions}
        state = {f"{at.topic}/{at.partition}": told.result().offset for at, told in self.kafka.list_offsets(asked).items()}
        counts = self.connection.execute(" union all ".join(
            f"select '{table}', (select count(*) from {table})" for table in self.tables)).fetchall()
        state.update(counts)
        return state

    def settle(self):
        """Waits until nothing moves any more; that is what later looks are compared with."""
        def same():
            self.before, last = self.look(), self.before
            return self.before == last
        eventually(same, 30, 0.3)

    def check(self):
        now, before = self.look(), self.before
        self.before = now
        changed = {name: (before.get(name), now[name]) for name in now if now[name] != before.get(name)}
        assert not changed, f"this changed something: {changed}"
