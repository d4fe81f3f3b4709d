"""What the other components have stored, as JSON."""

import json

from spin_sdk import http, key_value
from spin_sdk.http import Request, Response


class IncomingHandler(http.IncomingHandler):
    def handle_request(self, request: Request) -> Response:
        with key_value.open_default() as store:
            counts = {key: int(store.get(key) or b"0") for key in sorted(store.get_keys())}
        return Response(200, {"content-type": "application/json"}, json.dumps(counts).encode())
