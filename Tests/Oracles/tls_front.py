"""A TLS server in front of a plain HTTP one, with trouble to order: usage tls_front.py TARGET_PORT GOOD STRANGER.

GOOD and STRANGER are PEM files with a certificate and its key. Prints its port, then `ok MODE` for each line that it
reads: good, stranger (a certificate of another CA), plain (no TLS at all), alert (a handshake alert), silent (no
handshake), cut, reset and noise (the request goes through, and in place of the answer the connection ends: without
TLS's own farewell, with a reset, or with bytes that are no TLS). Every change of the mode tears down what is open.
"""
import socket
import ssl
import struct
import sys
import threading

target = int(sys.argv[1])
contexts = {}
for name, path in (("good", sys.argv[2]), ("stranger", sys.argv[3])):
    contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexts[name].load_cert_chain(path)
mode = "good"
lock = threading.Lock()
open_sockets = set()


def tear(connection):
    """A reset, no farewell."""
    with lock:
        open_sockets.discard(connection)
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()


def leave(connection):
    """The end of the TCP connection, once the peer has read all; nothing of TLS."""
    try:
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(2)
        while connection.recv(65536):
            pass
    except OSError:
        pass
    tear(connection)


def spoil(connection):
    # Past the TLS layer, onto the same connection.
    socket.socket.sendall(connection, b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
    leave(connection)


def pump(source, sink, end):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            if end:
                end(sink)
                break
            sink.sendall(data)
    except OSError:
        pass
    tear(source)
    tear(sink)


def serve(connection):
    now = mode
    with lock:
        open_sockets.add(connection)
    try:
        if now == "plain":
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return leave(connection)
        if now == "alert":
            connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28")
            return leave(connection)
        if now == "silent":
            while connection.recv(65536):
                pass
            return tear(connection)
        connection.settimeout(30)
        context = contexts["stranger" if now == "stranger" else "good"]
        secured = context.wrap_socket(connection, server_side=True)
        secured.settimeout(None)
        inner = socket.create_connection(("127.0.0.1", target))
        with lock:
            open_sockets.discard(connection)
            open_sockets.update((secured, inner))
        threading.Thread(target=pump, args=(inner, secured, {"cut": leave, "reset": tear, "noise": spoil}.get(now)), daemon=True).start()
        pump(secured, inner, None)
    except OSError:
        tear(connection)


def accept(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=accept, args=(listener,), daemon=True).start()
print(listener.getsockname()[1], flush=True)
for line in sys.stdin:
    mode = line.strip()
    with lock:
        stale = list(open_sockets)
    for connection in stale:
        tear(connection)
    print("ok", mode, flush=True)
