"""Spin's key-value tutorial: the path of the request is the key, its body the value."""

from urllib.parse import urlsplit

from spin_sdk import http, key_value
from spin_sdk.http import Request, Response


class IncomingHandler(http.IncomingHandler):
    def handle_request(self, request: Request) -> Response:
        key = urlsplit(request.uri).path
        with key_value.open_default() as store:
            match request.method:
                case "POST":
                    value = request.body or b""
                    store.set(key, value)
                    print(f"Stored {len(value)} bytes under {key}")
                    return Response(200, {}, None)
                case "GET":
                    found = store.get(key)
                    return Response(404 if found is None else 200, {}, found)
                case "HEAD":
                    return Response(200 if store.exists(key) else 404, {}, None)
                case "DELETE":
                    store.delete(key)
                    return Response(200, {}, None)
                case _:
                    return Response(405, {}, None)
