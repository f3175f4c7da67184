// What a test can ask for: JSON in, JSON out, on a port of its own. README.md lists the calls.
import { signRequest } from "@fedify/fedify";
import { Announce, Create, Delete, Follow, Like, lookupObject, Tombstone, Undo, Update } from "@fedify/vocab";

const CALLS = {
  "POST /follow": follow, "POST /unfollow": unfollow, "POST /policy": policy, "POST /answer": answer,
  "POST /post": post, "POST /update": update, "POST /delete": remove, "POST /like": like, "POST /announce": announce,
  "POST /undo": undo, "POST /profile": profile, "POST /signed": signed,
  "GET /followers": (_, user) => [...user.followers.keys()],
  "GET /following": (_, user) => Object.fromEntries([...user.following].map(([actor, { state }]) => [actor, state])),
  "GET /log": (peer) => peer.log,
  "GET /requests": (peer) => peer.requests.entries,
  "GET /objects": (peer) => [...peer.notes.values()].map(({ people, ...note }) => note),
};

/** Every call may name its user as `user`; else it is the first. */
export async function control(peer, request) {
  const url = new URL(request.url);
  const call = CALLS[`${request.method} ${url.pathname}`];
  if (!call) return new Response(`no such call: ${request.method} ${url.pathname}`, { status: 404 });
  const body = request.method === "POST" ? await request.json() : Object.fromEntries(url.searchParams);
  const user = peer.users.get(body.user ?? peer.users.keys().next().value);
  if (!user) return new Response(`no such user: ${body.user}`, { status: 404 });
  try {
    return Response.json((await call(peer, user, body)) ?? {});
  } catch (error) {
    console.error(url.pathname, error);
    return new Response(String(error.stack ?? error), { status: 500 });
  }
}

// --- follows

async function follow(peer, user, { actor }) {
  const target = await found(peer, user, await addressOf(actor));
  const activity = new Follow({ ...peer.activityBy(user), object: target.id, to: target.id });
  user.following.set(target.id.href, { state: "pending", id: activity.id.href, target });
  await peer.send(user, [target], activity);
  return { id: activity.id.href, actor: target.id.href };
}

async function unfollow(peer, user, { actor }) {
  const { id, target } = user.following.get(actor);
  user.following.delete(actor);
  const object = new Follow({ id: new URL(id), actor: peer.context.getActorUri(user.name), object: target.id });
  return sent(await peer.send(user, [target], new Undo({ ...peer.activityBy(user), to: target.id, object })));
}

function policy(peer, _, { follow }) {
  peer.onFollow = follow;
}

async function answer(peer, user, { actor, accept }) {
  await peer.answerFollow(user, actor, accept);
}

// --- objects

async function post(peer, user, body) {
  const type = body.type ?? "Note";
  const parent = body.inReplyTo ? await found(peer, user, body.inReplyTo) : null;
  const mentioned = [...(body.to ?? []), ...(parent?.attributionId ? [parent.attributionId.href] : [])];
  const people = await Promise.all([...new Set(mentioned)].map((id) => found(peer, user, id)));
  const folder = type === "Article" ? "articles" : "notes";
  const note = {
    id: `${peer.context.getActorUri(user.name).href}/${folder}/${crypto.randomUUID()}`,
    owner: user.name, visibility: "public", published: new Date().toISOString(),
    ...body, type,
    mentions: people.map(({ id, preferredUsername }) => ({ href: id.href, name: `@${preferredUsername}@${id.host}` })),
    people,
  };
  peer.notes.set(note.id, note);
  return { object: note.id, ...sent(await tell(peer, user, note, Create, "#create")) };
}

async function update(peer, user, { id, user: _, ...changes }) {
  const note = own(peer, id);
  Object.assign(note, changes, { updated: new Date().toISOString() });
  return sent(await tell(peer, user, note, Update, `#update-${note.updated}`));
}

async function remove(peer, user, { id }) {
  const note = own(peer, id);
  const { actor, tos, ccs } = peer.addressed(note);
  note.deleted = true;
  const object = new Tombstone({ id: new URL(id) });
  return sent(await peer.send(user, recipients(user, note), new Delete({ id: new URL(`${id}#delete`), actor, tos, ccs, object })));
}

async function tell(peer, user, note, Kind, suffix) {
  const { actor, tos, ccs } = peer.addressed(note);
  const activity = new Kind({ id: new URL(note.id + suffix), actor, tos, ccs, object: peer.toObject(note) });
  return await peer.send(user, recipients(user, note), activity);
}

function recipients(user, note) {
  return [...(note.visibility === "direct" ? [] : user.followers.values()), ...note.people];
}

function own(peer, id) {
  const note = peer.notes.get(id);
  if (!note) throw new Error(`not posted here: ${id}`);
  return note;
}

// --- reactions and profile

async function like(peer, user, { id }) {
  const author = await authorOf(peer, user, id);
  return remembered(user, await peer.send(user, [author], new Like({ ...peer.activityBy(user), to: author.id, object: new URL(id) })));
}

async function announce(peer, user, { id }) {
  const author = await authorOf(peer, user, id);
  const { tos, ccs } = peer.addressed({ owner: user.name, visibility: "public", mentions: [{ href: author.id.href }] });
  const activity = new Announce({ ...peer.activityBy(user), tos, ccs, object: new URL(id) });
  return remembered(user, await peer.send(user, [author, ...user.followers.values()], activity));
}

/** Takes back a like or an announce by the id that the call returned. */
async function undo(peer, user, { id }) {
  const activity = user.done.get(id);
  const people = [...user.followers.values()];
  if (activity instanceof Like || activity instanceof Announce) {
    people.push(await authorOf(peer, user, activity.objectId.href));
  }
  return sent(await peer.send(user, people, new Undo({ ...peer.activityBy(user), object: activity })));
}

async function profile(peer, user, { user: _, ...changes }) {
  Object.assign(user.profile, changes);
  const followers = peer.context.getFollowersUri(user.name);
  const object = await peer.federation.createContext(new Request(peer.context.getActorUri(user.name)), {}).getActor(user.name);
  return sent(await peer.send(user, [...user.followers.values()], new Update({ ...peer.activityBy(user), to: followers, object })));
}

// --- requests of the test's own making

/** Sends any body, or a GET, under the user's HTTP signature: what a well-signed but odd peer would send. */
async function signed(peer, user, { url, method = "POST", body, contentType = "application/activity+json", scheme = "cavage" }) {
  const [{ privateKey, keyId }] = await peer.context.getActorKeyPairs(user.name);
  const content = typeof body === "string" ? body : JSON.stringify(body);
  const headers = method === "GET" ? { accept: "application/activity+json" } : { "content-type": contentType };
  const request = new Request(url, { method, headers, body: method === "GET" ? undefined : content });
  const spec = { cavage: "draft-cavage-http-signatures-12", rfc9421: "rfc9421" }[scheme];
  const response = await fetch(await signRequest(request, privateKey, keyId, { spec }), { redirect: "manual" });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

// --- helpers

const sent = (activity) => ({ id: activity.id.href });

function remembered(user, activity) {
  (user.done ??= new Map()).set(activity.id.href, activity);
  return sent(activity);
}

async function authorOf(peer, user, id) {
  return await found(peer, user, (await found(peer, user, id)).attributionId.href);
}

/** Fetches an actor or an object, signed: some peers answer nothing else. */
async function found(peer, user, url) {
  const documentLoader = await peer.context.getDocumentLoader({ identifier: user.name });
  const { contextLoader } = peer.context;
  const object = await lookupObject(new URL(url), { documentLoader, contextLoader, allowPrivateAddress: true });
  if (!object) throw new Error(`not found: ${url}`);
  return object;
}

/** An actor's URL, also from `@name@host:port`: Fedify would ask https, on loopback there is none. */
async function addressOf(actor) {
  if (actor.startsWith("http")) return actor;
  const account = actor.replace(/^@/, "");
  const host = account.split("@")[1];
  const response = await fetch(`http://${host}/.well-known/webfinger?resource=acct:${encodeURIComponent(account)}`);
  if (!response.ok) throw new Error(`WebFinger for ${account}: ${response.status}`);
  const { links } = await response.json();
  return links.find(({ rel, type }) => rel === "self" && type?.includes("activity+json")).href;
}
