// The peer as the network sees it: actors, their objects and collections, and the inbox, on Fedify.
import { Temporal } from "@js-temporal/polyfill"; // Node 24 has none of its own
import { createExponentialBackoffPolicy, createFederation, importJwk, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import {
  Accept, Activity, Article, Create, Document, Endpoints, Follow, Image, Mention, Note, Person, PropertyValue, PUBLIC_COLLECTION,
  Reject, Undo,
} from "@fedify/vocab";

const KNOCKS = { cavage: "draft-cavage-http-signatures-12", rfc9421: "rfc9421" };
// one red pixel
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC", "base64");

export class Peer {
  log = []; // what the inbox took, oldest first
  notes = new Map(); // id -> what control.mjs posted
  onFollow = "accept"; // accept | hold | reject

  constructor({ origin, options, keys, requests }) {
    Object.assign(this, { origin, options, requests });
    this.users = new Map(options.users.split(",").map((name) => [name, new User(name, keys[name])]));
    this.federation = createFederation({
      kv: new MemoryKvStore(),
      origin,
      allowPrivateAddress: true,
      firstKnock: KNOCKS[options["first-knock"]],
      // Sent in the background, tried again soon: the bridge may be away for a moment. What arrives is handled at once.
      queue: { outbox: new InProcessMessageQueue() },
      outboxRetryPolicy: createExponentialBackoffPolicy({
        initialDelay: { milliseconds: 200 }, maxDelay: { seconds: 2 }, maxAttempts: 60 }),
      circuitBreaker: false,
    });
    this.#actors();
    this.#objects();
    this.#collections();
    this.#inbox();
  }

  get context() {
    return this.federation.createContext(new URL(this.origin), {});
  }

  async handle(request, record) {
    const path = new URL(request.url).pathname;
    if (path === "/media/picture.png") return new Response(PICTURE, { headers: { "content-type": "image/png" } });
    const note = this.notes.get(this.origin + path);
    if (note?.deleted) return gone(note);
    return await this.federation.fetch(request, { contextData: { record } });
  }

  #actors() {
    this.federation
      .setActorDispatcher("/users/{identifier}", async (ctx, name) => {
        const user = this.users.get(name);
        if (!user) return null;
        const keys = await ctx.getActorKeyPairs(name);
        return new Person({
          ...user.profileValues(),
          id: ctx.getActorUri(name),
          url: ctx.getActorUri(name),
          preferredUsername: name,
          inbox: ctx.getInboxUri(name),
          outbox: ctx.getOutboxUri(name),
          followers: ctx.getFollowersUri(name),
          following: ctx.getFollowingUri(name),
          endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
          manuallyApprovesFollowers: this.onFollow === "hold",
          publicKey: keys[0].cryptographicKey,
          assertionMethods: keys.slice(1).map((pair) => pair.multikey),
        });
      })
      .setKeyPairsDispatcher(async (_, name) => {
        const { rsa, ed25519 } = this.users.get(name).keys;
        return await Promise.all((this.options["no-proof"] ? [rsa] : [rsa, ed25519]).map(keyPair));
      });
  }

  #objects() {
    for (const [type, folder] of [[Note, "notes"], [Article, "articles"]]) {
      this.federation
        .setObjectDispatcher(type, `/users/{identifier}/${folder}/{id}`, (ctx, values) => {
          const note = this.notes.get(ctx.getObjectUri(type, values).href);
          return note ? this.toObject(note) : null;
        })
        .authorize((ctx, values) => this.#mayRead(ctx, this.notes.get(ctx.getObjectUri(type, values).href)));
    }
  }

  /** Public ones for everybody (for every signed request when secure), others for those they are addressed to. */
  async #mayRead(ctx, note) {
    const open = note.visibility === "public" || note.visibility === "unlisted";
    if (open && !this.options.secure) return true;
    const reader = (await ctx.getSignedKeyOwner())?.id?.href;
    if (!reader || open) return Boolean(reader);
    const followers = note.visibility === "followers" ? this.users.get(note.owner).followers : new Map();
    return followers.has(reader) || note.mentions.some(({ href }) => href === reader);
  }

  #collections() {
    this.federation.setFollowersDispatcher("/users/{identifier}/followers", (_, name) => ({
      items: [...this.users.get(name).followers.values()] }));
    this.federation.setFollowingDispatcher("/users/{identifier}/following", (_, name) => ({
      items: [...this.users.get(name).following].filter(([, { state }]) => state === "accepted").map(([id]) => new URL(id)) }));
    this.federation.setOutboxDispatcher("/users/{identifier}/outbox", (_, name) => ({
      items: [...this.notes.values()]
        .filter((note) => note.owner === name && !note.deleted && note.visibility === "public")
        .reverse()
        .map((note) => new Create({ id: new URL(`${note.id}#create`), object: this.toObject(note), ...this.addressed(note) })) }));
  }

  #inbox() {
    this.federation
      .setInboxListeners("/users/{identifier}/inbox", "/inbox")
      .setSharedKeyDispatcher(() => ({ identifier: this.users.keys().next().value }))
      .on(Activity, (ctx, activity) => this.#receive(ctx, activity))
      .onError((_, error) => console.error("inbox:", error));
  }

  async #receive(ctx, activity) {
    try {
      if (activity instanceof Follow) await this.#followed(ctx, activity);
      else if (activity instanceof Undo) await this.#undone(ctx, activity);
      else if (activity instanceof Accept || activity instanceof Reject) this.#answered(activity);
    } finally {
      // Last, so that whoever sees it in the log may count on its effects.
      this.log.push(logEntry(ctx, activity));
    }
  }

  async #followed(ctx, follow) {
    const target = ctx.parseUri(follow.objectId);
    const user = target?.type === "actor" ? this.users.get(target.identifier) : null;
    const follower = user && (await follow.getActor(ctx));
    if (!follower?.inboxId) return;
    user.pending.set(follower.id.href, { follower, follow });
    if (this.onFollow !== "hold") await this.answerFollow(user, follower.id.href, this.onFollow === "accept");
  }

  /** Accepts or rejects a follow that waits. */
  async answerFollow(user, actor, accepted) {
    const { follower, follow } = user.pending.get(actor);
    user.pending.delete(actor);
    if (accepted) user.followers.set(actor, { id: follower.id, inboxId: follower.inboxId, endpoints: follower.endpoints, follow });
    const answer = new (accepted ? Accept : Reject)({ ...this.activityBy(user), to: follower.id, object: follow });
    await this.send(user, [follower], answer);
  }

  async #undone(ctx, undo) {
    const actor = undo.actorId?.href;
    for (const user of this.users.values()) {
      const held = user.followers.get(actor);
      if (!held) continue;
      // The object may be the Follow itself or only its id.
      const object = undo.objectId?.href === held.follow.id?.href ? held.follow : await undo.getObject(ctx);
      if (object instanceof Follow && object.objectId?.href === held.follow.objectId.href) user.followers.delete(actor);
    }
  }

  #answered(answer) {
    for (const user of this.users.values()) {
      const asked = user.following.get(answer.actorId?.href);
      if (asked) asked.state = answer instanceof Accept ? "accepted" : "rejected";
    }
  }

  /** The id and actor of a new activity. */
  activityBy(user) {
    const actor = this.context.getActorUri(user.name);
    return { id: new URL(`#activities/${crypto.randomUUID()}`, actor), actor };
  }

  async send(user, recipients, activity) {
    await this.context.sendActivity({ identifier: user.name }, recipients, activity, { preferSharedInbox: true });
    return activity;
  }

  /** Actor, to and cc of a note: the same on the object and on what is done with it. */
  addressed(note) {
    const user = this.context.getActorUri(note.owner);
    const followers = this.context.getFollowersUri(note.owner);
    const mentioned = note.mentions.map(({ href }) => new URL(href));
    const [tos, ccs] = {
      public: [[PUBLIC_COLLECTION], [followers, ...mentioned]],
      unlisted: [[followers], [PUBLIC_COLLECTION, ...mentioned]],
      followers: [[followers], mentioned],
      direct: [mentioned, []],
    }[note.visibility];
    return { actor: user, tos, ccs };
  }

  toObject(note) {
    const { actor, tos, ccs } = this.addressed(note);
    return new (note.type === "Article" ? Article : Note)({
      id: new URL(note.id), url: new URL(note.id), attribution: actor, tos, ccs,
      content: note.content,
      name: note.name ?? null,
      summary: note.summary ?? null,
      sensitive: note.sensitive ?? null,
      replyTarget: note.inReplyTo ? new URL(note.inReplyTo) : null,
      published: Temporal.Instant.from(note.published),
      updated: note.updated ? Temporal.Instant.from(note.updated) : null,
      tags: note.mentions.map(({ href, name }) => new Mention({ href: new URL(href), name })),
      attachments: (note.attachments ?? []).map(({ url, mediaType, name }) =>
        new Document({ url: new URL(url ?? "/media/picture.png", this.origin), mediaType: mediaType ?? "image/png", name: name ?? null })),
    });
  }
}

class User {
  followers = new Map(); // actor id -> id, inboxes and the Follow
  following = new Map(); // actor id -> { state: pending | accepted | rejected, id of the Follow }
  pending = new Map(); // actor id -> a Follow that waits for an answer
  profile = {}; // name, summary, icon (URL), fields ([{ name, value }])

  constructor(name, keys) {
    if (!keys) throw new Error(`keys.json has no keys for ${name}`);
    Object.assign(this, { name, keys });
  }

  profileValues() {
    const { name, summary, icon, fields } = this.profile;
    return {
      name: name ?? this.name,
      summary: summary ?? null,
      icon: icon ? new Image({ url: new URL(icon), mediaType: "image/png" }) : null,
      attachments: (fields ?? []).map((field) => new PropertyValue(field)),
    };
  }
}

function logEntry(ctx, activity) {
  const { record } = ctx.data;
  const raw = JSON.parse(Buffer.from(record.bodyBase64, "base64"));
  return {
    at: record.at,
    id: activity.id?.href ?? null,
    type: raw.type,
    actor: activity.actorId?.href ?? null,
    object: activity.objectId?.href ?? null,
    recipient: ctx.recipient,
    scheme: record.scheme,
    proof: raw.proof != null || raw.signature != null,
    raw,
  };
}

function gone({ id }) {
  const tombstone = { "@context": "https://www.w3.org/ns/activitystreams", id, type: "Tombstone" };
  return Response.json(tombstone, { status: 410, headers: { "content-type": "application/activity+json" } });
}

async function keyPair({ privateKey, publicKey }) {
  return { privateKey: await importJwk(privateKey, "private"), publicKey: await importJwk(publicKey, "public") };
}
