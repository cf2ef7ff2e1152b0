"""The first answers. Importing what the server consists of takes most of its start; until that is
done, a thread of this module accepts connections and answers GET /health-check.

Any other request stays in its connection, unread, for the server, who is given all connections.
"""

import json
import os
import select
import socket
import threading

_HEALTH = b"get /health-check http/1.1\r\n"
_HEAD_BYTES = 1 << 14


class Doorman:
    """Stands at the listening socket from start() to dismiss(). `health` is what the health check
    says in the meantime.
    """

    def __init__(self, listener: socket.socket, health: dict[str, object]) -> None:
        self._listener = listener
        text = json.dumps(health, separators=(",", ":")).encode()
        head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n"
        self._answer = head.format(len(text)).encode() + text
        self._connections: dict[int, socket.socket] = {}
        self._poll = select.poll()
        self._bell, self._ring = os.pipe()
        self._thread = threading.Thread(target=self._stand, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._listener.setblocking(False)
        self._poll.register(self._listener, select.POLLIN)
        self._poll.register(self._bell, select.POLLIN)
        self._thread.start()

    def dismiss(self) -> list[socket.socket]:
        """Answer no more; returns the connections that are open."""
        os.close(self._ring)
        self._thread.join()
        os.close(self._bell)
        return list(self._connections.values())

    def _stand(self) -> None:
        while True:
            for number, _ in self._poll.poll():
                if number == self._bell:
                    return
                if number == self._listener.fileno():
                    self._accept()
                else:
                    self._look(number)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            # It is gone already, or there is no descriptor left, which the server will say.
            return
        connection.setblocking(False)
        self._connections[connection.fileno()] = connection
        self._poll.register(connection, select.POLLIN)

    def _look(self, number: int) -> None:
        connection = self._connections[number]
        try:
            data = connection.recv(_HEAD_BYTES, socket.MSG_PEEK).lower()
            if _is_health_check(data):
                connection.recv(len(data))
                connection.send(self._answer)
                if b"\nconnection: close\r" in data:
                    connection.shutdown(socket.SHUT_WR)
                return
        except OSError:
            pass
        # What else there is, an end or a fault too, is for the server to see.
        self._poll.unregister(number)


def _is_health_check(data: bytes) -> bool:
    """Whether this is one request, whole and without a body; `data` is in lower case."""
    body = b"\ncontent-length:" in data or b"\ntransfer-encoding:" in data
    return data.startswith(_HEALTH) and data.find(b"\r\n\r\n") == len(data) - 4 and not body
