"""A TCP proxy before the front that a test steers: it lets through, cuts amid a request, or swallows a reply.
SPDX-License-Identifier: Apache-2.0"""
import socket
import threading


class Cutter:
    """`mode`: open; refuse (no connection); amid (ends after the request's first bytes); deaf (the front gets the whole request,
    its reply never arrives)."""

    def __init__(self, port, target):
        self.target, self.mode, self.swallowed = target, "open", threading.Event()
        self.open, self.lock = set(), threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", port), reuse_port=True)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.take, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def cut(self, mode):
        """From now on; what is open ends at once."""
        self.mode = mode
        self.swallowed.clear()
        with self.lock:
            for one in self.open:
                self.end(one)

    def heal(self):
        self.cut("open")

    def close(self):
        self.cut("refuse")
        self.listener.close()

    @staticmethod
    def end(one):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def take(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            front = socket.create_connection(self.target)
        except OSError:  # the front is down
            client.close()
            return
        with self.lock:
            self.open |= {client, front}
        if self.mode == "refuse":  # asked once it can be seen by a cut: none slips through between the two
            self.end(client)
            self.end(front)
        back = threading.Thread(target=self.pump, args=(front, client, False), daemon=True)
        back.start()
        self.pump(client, front, True)
        back.join()
        with self.lock:
            self.open -= {client, front}
        client.close()
        front.close()

    def pump(self, source, sink, request):
        try:
            while data := source.recv(65536):
                if request and self.mode == "amid" and data.startswith((b"PUT", b"POST")):
                    sink.sendall(data[:60])
                    break
                if not request and self.mode == "deaf":
                    self.swallowed.set()
                    break
                sink.sendall(data)
        except OSError:
            pass
        self.end(source)
        self.end(sink)
