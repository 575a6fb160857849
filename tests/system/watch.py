"""All topics as an independent consumer reads them, and an independent producer.  SPDX-License-Identifier: Apache-2.0"""
import hashlib
import json
import threading
import time
import uuid

from confluent_kafka import Consumer, Producer, TopicPartition
from instance import eventually


class Record:
    def __init__(self, message):
        self.topic, self.partition, self.offset = message.topic(), message.partition(), message.offset()
        self.key, self.value = message.key(), message.value()
        self.headers = {name: value for name, value in message.headers() or []}
        self.stored, self.arrived = message.timestamp()[1], time.time() * 1000

    @property
    def type(self):
        """The declared name: baoting.exam_submit.v1 is exam_submit."""
        return self.headers.get("ce_type", b"").decode(errors="replace").removeprefix("baoting.").rpartition(".v")[0]

    @property
    def id(self):
        return self.headers["ce_id"].decode()

    @property
    def json(self):
        return json.loads(self.value)


class Watch:
    """Reads every topic of an instance from its beginning, all the time."""

    def __init__(self, kafka):
        self.records, self.types, self.lock, self.ending = [], {}, threading.Lock(), False
        self.kafka = kafka
        self.consumer = Consumer({"bootstrap.servers": kafka, "group.id": f"watch-{uuid.uuid4()}",
                                  "enable.auto.commit": False, "auto.offset.reset": "earliest"})
        topics = [topic for topic in self.consumer.list_topics(timeout=10).topics.values() if not topic.topic.startswith("__")]
        self.topics = {topic.topic for topic in topics}
        self.consumer.assign([TopicPartition(topic.topic, partition, 0) for topic in topics for partition in topic.partitions])
        self.producer = Producer({"bootstrap.servers": kafka, "linger.ms": 0})
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.ending:
            for message in self.consumer.consume(500, 0.2):
                if message.error():
                    continue
                record = Record(message)
                with self.lock:
                    self.types.setdefault(record.type, []).append(record)

    def close(self):
        self.ending = True
        self.thread.join(5)
        self.consumer.close()

    def of(self, kind, **fields):
        """Records of a type whose body has these fields, in the order seen."""
        with self.lock:
            found = list(self.types.get(kind, []))
        if not fields:
            return found
        return [r for r in found if r.value is not None and all(r.json.get(name) == value for name, value in fields.items())]

    def await_one(self, kind, **fields):
        return eventually(lambda: self.of(kind, **fields))[-1]

    def produce(self, topic, partition, key, value, headers):
        """One record, there when this returns."""
        failures = []
        self.producer.produce(topic, value=value, key=key, partition=partition, headers=list(headers.items()),
                              on_delivery=lambda error, message: error and failures.append(error))
        assert self.producer.flush(10) == 0 and not failures, failures

    def again(self, record, body, accepted, subject=None):
        """A command like one that a front sent, as another front would send it: new id, other body, accepted then."""
        value = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        made = str(uuid.uuid4())
        headers = {**record.headers, "ce_id": made.encode(), "ce_time": accepted.encode(),
                   "ce_digest": hashlib.sha256(value).hexdigest()[:32].encode()}
        if subject:
            headers["ce_subject"] = subject.encode()
        self.produce(record.topic, record.partition, record.key, value, headers)
        return made
