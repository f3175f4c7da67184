"""What goes over the wire, in the form of the Fedify peer's record: raw headers, body in base64, the answer's status.

uvicorn hands header names over in lower case; values and order are as received.
"""
import base64
from datetime import datetime, timezone

import requests


class Recorder:
    def __init__(self, base):
        self.base, self.entries = base, []
        send = requests.Session.send

        def recorded(session, request, **options):
            body = request.body.encode() if isinstance(request.body, str) else request.body or b""
            headers = [part for pair in request.headers.items() for part in pair]
            entry = self.add("out", request.method, request.url, headers, body)
            answer = send(session, request, **options)
            entry["status"] = answer.status_code
            return answer

        requests.Session.send = recorded

    def add(self, direction, method, url, raw_headers, body):
        names = {name.lower() for name in raw_headers[::2]}
        scheme = "rfc9421" if "signature-input" in names else "cavage" if "signature" in names else "none"
        entry = {
            "at": datetime.now(timezone.utc).isoformat(), "direction": direction, "method": method, "url": url,
            "rawHeaders": raw_headers, "scheme": scheme, "bodyBase64": base64.b64encode(body).decode(), "status": None,
        }
        self.entries.append(entry)
        return entry

    async def incoming(self, request, answer):
        body = await request.body()
        headers = [part.decode("latin-1") for pair in request.scope["headers"] for part in pair]
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        entry = self.add("in", request.method, self.base + target, headers, body)
        response = await answer(request)
        entry["status"] = response.status_code
        return response
