"""The mistakes that guests in Python make most, by path. Their names are those in test/apps/common-mistakes.test.ts."""

import json
import sys
import time
from urllib.parse import urlsplit

from spin_sdk import http, key_value, variables
from spin_sdk.http import Request, Response

PRICES = {"tea": 3}


class IncomingHandler(http.IncomingHandler):
    def handle_request(self, request: Request) -> Response:
        mistake = urlsplit(request.uri).path[1:]
        print(f"about to make the mistake {mistake}", file=sys.stderr)
        return answer(mistake, request)


def answer(mistake: str, request: Request):
    match mistake:
        case "raise":
            raise ValueError("the cart is empty")
        case "raise-from":
            try:
                raise ValueError("the cart is empty")
            except ValueError as error:
                raise RuntimeError("the order failed") from error
        case "none":
            return Response(200, {}, customer_of({}).name.encode())
        case "missing-key":
            return Response(200, {}, str(PRICES["coffee"]).encode())
        case "index":
            return Response(200, {}, str([1, 2, 3][3]).encode())
        case "division":
            return Response(200, {}, str(1 / len([])).encode())
        case "assertion":
            assert request.method == "POST", "the order must be posted"
            return Response(200, {}, None)
        case "bad-json":
            return Response(200, {}, json.dumps(json.loads('{"total": 1,}')).encode())
        case "wrong-content-type":
            # It takes what is no JSON for JSON.
            return Response(200, {}, json.loads(request.body or b"")["total"])
        case "bad-text":
            return Response(200, {}, b"\xff\xfe".decode().encode())
        case "recursion":
            return Response(200, {}, str(depth(0)).encode())
        case "endless-loop":
            while True:
                pass
        case "endless-wait":
            time.sleep(3600)
        case "out-of-memory":
            return Response(200, {}, str(len(fill())).encode())
        case "denied-host":
            return http.send(Request("GET", "https://example.com/prices", {}, None))
        case "denied-store":
            with key_value.open("carts") as store:
                return Response(200, {}, store.get("mine"))
        case "missing-variable":
            return Response(200, {}, variables.get("api_token").encode())
        case "no-response":
            return None
        case "not-a-response":
            return {"status": 200, "body": "a dictionary"}
        case "text-body":
            return Response(200, {}, "text where bytes belong")
        case "bad-status":
            return Response(1000, {}, None)
        case "bad-header":
            return Response(200, {"x-note": "two\nlines"}, None)
        case "exit":
            sys.exit(3)
        case _:
            return Response(404, {}, b"no such mistake")


def customer_of(cart: dict[str, str]):
    return cart.get("customer")


def depth(level: int) -> int:
    return depth(level + 1) + 1


def fill() -> list[bytes]:
    kept = []
    while True:
        kept.append(b"1" * (8 * 1024 * 1024 + len(kept)))
