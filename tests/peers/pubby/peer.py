"""A second scripted ActivityPub peer, on pubby: another language, another family, draft-cavage signatures only.

It has one user, paul, and the control API of the Fedify peer as far as pubby goes; see README.md. recorder.py keeps
what goes over the wire.
"""
import argparse
import asyncio
import json
import os
import re
import socket
import sys
import threading
import uuid
from datetime import datetime, timezone
from pathlib import Path

import requests
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from pubby import ActivityPubHandler, Object, accept_follow_request, reject_follow_request
from pubby.crypto import sign_request
from pubby.server.adapters.fastapi import bind_activitypub
from pubby.storage.adapters.db import init_db_storage

from recorder import Recorder

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT = "https://www.w3.org/ns/activitystreams"
HERE = Path(__file__).parent
POLICIES = {"accept": "accept", "reject": "reject", "hold": "manual"}


def now():
    return datetime.now(timezone.utc)


class Peer:
    def __init__(self, base, folder, recorder):
        self.base, self.recorder = base, recorder
        self.log, self.notes, self.following, self.done = [], {}, {}, {}
        self.on_follow = "accept"
        self.handler = ActivityPubHandler(
            storage=init_db_storage(f"sqlite:///{folder}/pubby.db"),
            actor_config={"base_url": base, "username": "paul", "name": "Paul"},
            private_key_path=HERE / "key.pem",
            webfinger_domain=base.removeprefix("http://"),  # else handles would lose the port
            follow_policy=lambda *_: POLICIES[self.on_follow],
            on_follow_response=self.answered,
            allow_private_targets=True,
            max_retries=12,
        )
        # A bridge may be away for a moment: try again soon, not after pubby's ten seconds.
        self.handler.outbox.retry_base_delay = 0.1
        self.process, self.handler.inbox.process = self.handler.inbox.process, self.received

    # what arrives

    def received(self, raw, **request):
        """Takes an activity or raises; logged last, so that whoever sees it there may count on its effects."""
        at = now().isoformat()
        answer = self.process(raw, **request)
        name = lambda value: value.get("id") if isinstance(value, dict) else value if isinstance(value, str) else None
        self.log.append({
            "at": at, "id": raw.get("id"), "type": raw.get("type"), "actor": name(raw.get("actor")), "object": name(raw.get("object")),
            "recipient": None, "scheme": "cavage", "proof": "proof" in raw or "signature" in raw, "raw": raw,
        })
        return answer

    def answered(self, target, accepted):
        if target in self.following:
            self.following[target]["state"] = "accepted" if accepted else "rejected"

    # the control API's calls, one method each

    def follow(self, actor):
        actor = self.address(actor)
        activity = self.activity("Follow", actor, to=[actor])
        self.following[actor] = {"state": "pending", "activity": activity}
        return {"id": self.publish(activity), "actor": actor}

    def unfollow(self, actor):
        follow = self.following.pop(actor)["activity"]
        return {"id": self.publish(self.activity("Undo", follow, to=[actor]))}

    def policy(self, follow):
        self.on_follow = follow

    def answer(self, actor, accept):
        handler = self.handler
        held = handler.storage.get_follow_request(actor, handler.actor_id)
        settle = accept_follow_request if accept else reject_follow_request
        settle(handler.storage, held, actor_id=handler.actor_id, key_id=handler.key_id, private_key=handler._private_key)

    def post(self, content, type="Note", visibility="public", to=(), inReplyTo=None, attachments=(), **rest):
        parent = self.fetch(inReplyTo) if inReplyTo else None
        people = list(dict.fromkeys([*to, *([parent["attributedTo"]] if parent else [])]))
        mentions = [{"type": "Mention", "href": actor, "name": self.mention(actor)} for actor in people]
        tos, ccs = self.addressed(visibility, people)
        note = Object(
            id=f"{self.base}/notes/{uuid.uuid4()}", type=type, content=content, attributed_to=self.handler.actor_id,
            name=rest.get("name"), summary=rest.get("summary"), sensitive=bool(rest.get("sensitive")),
            in_reply_to=inReplyTo, published=now(), tag=mentions, to=tos, cc=ccs,
            attachment=[self.attachment(**one) for one in attachments])
        note.url = note.id
        self.notes[note.id] = note
        return {"object": note.id, "id": self.handler.publish_object(note)["id"]}

    def update(self, id, **changes):
        note = self.notes[id]
        for name, value in changes.items():
            setattr(note, name, value)
        note.updated = now()
        return {"id": self.handler.publish_object(note, "Update")["id"]}

    def delete(self, id):
        note = self.notes[id]
        note.type = "Tombstone"
        activity = self.activity("Delete", {"id": id, "type": "Tombstone"}, to=note.to, cc=note.cc)
        return {"id": self.publish(activity)}

    def like(self, id):
        author = self.fetch(id)["attributedTo"]
        return {"id": self.remember(self.activity("Like", id, to=[author]))}

    def announce(self, id):
        author = self.fetch(id)["attributedTo"]
        return {"id": self.remember(self.activity("Announce", id, to=[PUBLIC], cc=[self.handler.followers_url, author]))}

    def undo(self, id):
        activity = self.done[id]
        return {"id": self.publish(self.activity("Undo", activity, to=activity["to"], cc=activity.get("cc", [])))}

    def profile(self, name=None, summary=None, icon=None, fields=()):
        handler = self.handler
        handler.actor_name = name or handler.actor_name
        handler.actor_summary = summary or handler.actor_summary
        handler.icon_url = icon or handler.icon_url
        handler.actor_attachment = [{"type": "PropertyValue", **field} for field in fields] or handler.actor_attachment
        return {"id": handler.publish_actor_update()["id"]}

    def signed(self, url, method="POST", body=None, contentType="application/activity+json", scheme="cavage"):
        if scheme != "cavage":
            raise ValueError("pubby signs by draft-cavage only")
        content = None if method == "GET" else body if isinstance(body, str) else json.dumps(body)
        answer = self.send(method, url, content, {"Content-Type": contentType} if content else {"Accept": contentType})
        return {"status": answer.status_code, "headers": {k.lower(): v for k, v in answer.headers.items()}, "body": answer.text}

    def read(self, what):
        return {
            "followers": lambda: [one.actor_id for one in self.handler.storage.get_followers(actor_id=self.handler.actor_id)],
            "following": lambda: {actor: one["state"] for actor, one in self.following.items()},
            "log": lambda: self.log,
            "requests": lambda: self.recorder.entries,
            "objects": lambda: [note.to_dict() for note in self.notes.values()],
        }[what]()

    # helpers

    def activity(self, kind, target, **addressed):
        actor = self.handler.actor_id
        return {"@context": CONTEXT, "id": f"{actor}/activities/{uuid.uuid4()}", "type": kind, "actor": actor,
                "object": target, "published": now().isoformat(), **addressed}

    def publish(self, activity):
        return self.handler.publish_activity(activity)["id"]

    def remember(self, activity):
        self.done[activity["id"]] = activity
        return self.publish(activity)

    def addressed(self, visibility, people):
        followers = self.handler.followers_url
        return {
            "public": ([PUBLIC], [followers, *people]), "unlisted": ([followers], [PUBLIC, *people]),
            "followers": ([followers], people), "direct": (people, []),
        }[visibility]

    def attachment(self, url=None, mediaType=None, name=None):
        return {"type": "Document", "url": url, "mediaType": mediaType or "image/png", "name": name}

    def mention(self, actor):
        host = re.match(r"https?://([^/]+)", actor).group(1)
        return f"@{self.fetch(actor)['preferredUsername']}@{host}"

    def send(self, method, url, content=None, headers=()):
        body = content.encode() if content else None
        signed = sign_request(private_key=self.handler._private_key, key_id=self.handler.key_id, method=method, url=url,
                              body=body, headers=dict(headers))
        return requests.request(method, url, data=body, headers=signed, timeout=15, allow_redirects=False)

    def fetch(self, url):
        answer = self.send("GET", url, headers={"Accept": "application/activity+json"})
        answer.raise_for_status()
        return answer.json()

    def address(self, actor):
        """An actor's URL, also from `name@host:port`."""
        if actor.startswith("http"):
            return actor
        account = actor.removeprefix("@")
        answer = requests.get(f"http://{account.split('@')[1]}/.well-known/webfinger", params={"resource": f"acct:{account}"}, timeout=15)
        answer.raise_for_status()
        return next(link["href"] for link in answer.json()["links"] if link["rel"] == "self")


def public_app(peer):
    app = FastAPI()
    app.middleware("http")(peer.recorder.incoming)
    bind_activitypub(app, peer.handler)

    @app.get("/notes/{id}")
    def note(request: Request):
        found = peer.notes.get(f"{peer.base}{request.url.path}")
        hidden = found is None or PUBLIC not in [*found.to, *found.cc]
        gone = found is not None and found.type == "Tombstone"
        document = {"id": found.id, "type": "Tombstone"} if gone else {} if hidden else found.to_dict()
        status = 410 if gone else 404 if hidden else 200
        # FastAPI's own JSON type is not one that others take an object from.
        return JSONResponse({"@context": CONTEXT, **document}, status, media_type="application/activity+json")

    return app


def control_app(peer):
    app = FastAPI()

    async def call(function, **arguments):
        try:
            return JSONResponse(await asyncio.to_thread(function, **arguments) or {})
        except Exception as error:
            return PlainTextResponse(f"{type(error).__name__}: {error}", 500)

    @app.get("/{what}")
    async def read(what: str):
        return await call(peer.read, what=what)

    @app.post("/{name}")
    async def write(name: str, request: Request):
        arguments = await request.json()
        arguments.pop("user", None)
        return await call(getattr(peer, name), **arguments)

    return app


def listener(host, port):
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(128)
    return listening


def end_with_stdin():
    """Whoever started us holds our stdin: when they are gone, so are we."""
    sys.stdin.buffer.read()
    os._exit(0)


async def main():
    options = argparse.ArgumentParser()
    options.add_argument("--bind", default="127.0.0.1")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--folder", required=True)
    options = options.parse_args()
    public, control = listener(options.bind, options.port), listener("127.0.0.1", 0)
    port = public.getsockname()[1]
    base = f"http://{options.host}" + ("" if port == 80 else f":{port}")
    peer = Peer(base, options.folder, Recorder(base))
    servers = [
        (uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off")), listening)
        for app, listening in [(public_app(peer), public), (control_app(peer), control)]
    ]
    threading.Thread(target=end_with_stdin, daemon=True).start()
    running = [asyncio.create_task(server.serve(sockets=[listening])) for server, listening in servers]
    # The sockets listen already: what is asked now waits for its answer.
    print("ready " + json.dumps({"base": base, "control": f"http://127.0.0.1:{control.getsockname()[1]}"}), flush=True)
    await asyncio.gather(*running)


if __name__ == "__main__":
    asyncio.run(main())
