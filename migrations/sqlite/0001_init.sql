-- Everything the bridge keeps. Times are milliseconds since 1970-01-01T00:00:00Z; ids are (network, text) as their
-- adapter writes them; words such as 'open' are written out in queries so that partial indexes apply.

-- Hosts in lanes: retry, breaker and lease.
CREATE TABLE lane (
    key         INTEGER PRIMARY KEY,
    network     TEXT    NOT NULL,
    host        TEXT    NOT NULL,
    due         BIGINT,                    -- NULL: nothing is open
    lease_until BIGINT,
    fails       BIGINT  NOT NULL DEFAULT 0,
    opened_at   BIGINT,                    -- since when the breaker is open
    UNIQUE (network, host)
);
CREATE INDEX lane_due ON lane (due) WHERE due IS NOT NULL;

-- Addresses that an adapter can deliver to, each once.
CREATE TABLE target (
    key     INTEGER PRIMARY KEY,
    lane    BIGINT NOT NULL REFERENCES lane (key),
    network TEXT   NOT NULL,
    host    TEXT   NOT NULL,
    address TEXT   NOT NULL,
    UNIQUE (network, host, address)
);

CREATE TABLE actor (
    key      INTEGER PRIMARY KEY,
    network  TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    opaque   TEXT    NOT NULL UNIQUE,      -- of the present era
    state    TEXT    NOT NULL,             -- local, remote, puppet
    standing TEXT    NOT NULL,             -- known, active, paused, stopped, gone
    era      BIGINT  NOT NULL,             -- generation of names: grows with each start after a stop
    known    BOOLEAN NOT NULL,             -- FALSE: a placeholder, of which only the id is known
    handle   TEXT,
    profile  TEXT,
    hash     TEXT,
    locked   BOOLEAN NOT NULL,
    own      BIGINT REFERENCES target (key),
    shared   BIGINT REFERENCES target (key),
    since    BIGINT  NOT NULL,
    UNIQUE (network, id)
);
CREATE INDEX actor_own ON actor (own) WHERE own IS NOT NULL;
CREATE INDEX actor_shared ON actor (shared) WHERE shared IS NOT NULL;
CREATE INDEX actor_census ON actor (state, standing, network, known);
CREATE INDEX actor_active ON actor (network) WHERE state = 'local' AND standing = 'active';

-- Names on networks that are not home. Never changed, never given to another, kept when their era has ended.
CREATE TABLE actor_address (
    network TEXT   NOT NULL,
    id      TEXT   NOT NULL,
    actor   BIGINT NOT NULL REFERENCES actor (key),
    era     BIGINT NOT NULL,
    opaque  TEXT   NOT NULL,
    handle  TEXT,
    name    TEXT,                          -- the handle's part before '@'
    since   BIGINT NOT NULL,
    gone    BIGINT,
    purged  BIGINT,                        -- when its key and the list of who held what were destroyed
    PRIMARY KEY (network, id)
);
CREATE UNIQUE INDEX actor_address_era ON actor_address (actor, network, era);
CREATE UNIQUE INDEX actor_address_handle ON actor_address (network, handle) WHERE handle IS NOT NULL AND gone IS NULL;
CREATE INDEX actor_address_name ON actor_address (network, name);
CREATE INDEX actor_address_leaving ON actor_address (actor, era) WHERE gone IS NOT NULL AND purged IS NULL;
CREATE INDEX actor_address_opaque ON actor_address (opaque);

-- What actors agreed to. Rows are only added.
CREATE TABLE consent (
    key     INTEGER PRIMARY KEY,
    actor   BIGINT  NOT NULL REFERENCES actor (key),
    network TEXT    NOT NULL,
    purpose TEXT    NOT NULL,
    given   BOOLEAN NOT NULL,
    text    TEXT    NOT NULL,
    via     TEXT    NOT NULL,
    at      BIGINT  NOT NULL
);
CREATE INDEX consent_latest ON consent (actor, network, purpose, key);
CREATE TRIGGER consent_is_not_changed BEFORE UPDATE ON consent
BEGIN SELECT RAISE(ABORT, 'the consent ledger only grows'); END;
CREATE TRIGGER consent_is_not_deleted BEFORE DELETE ON consent
BEGIN SELECT RAISE(ABORT, 'the consent ledger only grows'); END;

-- Raw wires, as they arrived.
CREATE TABLE event (
    key        INTEGER PRIMARY KEY AUTOINCREMENT,
    network    TEXT    NOT NULL,
    origin     TEXT    NOT NULL,           -- network and attestation in one text
    dedupe     TEXT    NOT NULL,           -- the wire's own id, or the hash of its bytes
    attested   TEXT    NOT NULL,
    wire_id    TEXT,
    hash       TEXT    NOT NULL,
    arrival    TEXT    NOT NULL,           -- live, backfill, replay
    media_type TEXT    NOT NULL,
    body       BLOB    NOT NULL,
    envelope   TEXT    NOT NULL,
    received   BIGINT  NOT NULL,
    state      TEXT    NOT NULL,           -- pending, done, parked
    attempts   BIGINT  NOT NULL DEFAULT 0,
    due        BIGINT  NOT NULL,
    reason     TEXT,
    detail     TEXT,
    refused    TEXT,
    UNIQUE (origin, dedupe)
);
-- what `pending` looks at, without the bodies
CREATE INDEX event_pending ON event (key, due, origin) WHERE state = 'pending';

-- What was said, in home ids. An actor's profile is an object of kind 'profile' without an id; its text is the actor's.
CREATE TABLE object (
    key          INTEGER PRIMARY KEY,
    network      TEXT    NOT NULL,
    id           TEXT,
    opaque       TEXT    NOT NULL UNIQUE,
    kind         TEXT    NOT NULL,         -- '' of a placeholder
    known        BOOLEAN NOT NULL,
    author       BIGINT REFERENCES actor (key),
    era          BIGINT  NOT NULL,         -- of the author's names
    about        BIGINT REFERENCES object (key),
    root         BIGINT REFERENCES object (key),
    context      TEXT,                     -- ActivityPub context
    conversation TEXT,                     -- OStatus conversation
    scope        TEXT    NOT NULL,
    version      BIGINT  NOT NULL,
    generation   BIGINT  NOT NULL DEFAULT 1, -- grows when an id is used again after its object ended
    published    BIGINT,
    edited       BIGINT,
    sort         BIGINT  NOT NULL,         -- when it was published, but never later than it came
    hash         TEXT,
    lang         TEXT,
    payload      TEXT,
    event        BIGINT,                   -- the wire it came in
    stored       BIGINT  NOT NULL,
    gone         BIGINT,
    UNIQUE (network, id, generation)
);
CREATE UNIQUE INDEX object_profile ON object (author, era) WHERE kind = 'profile';
CREATE INDEX object_author ON object (author);
CREATE INDEX object_timeline ON object (author, sort, key)
    WHERE kind IN ('post', 'repost') AND gone IS NULL AND known;
CREATE INDEX object_thread ON object (root, sort, key)
    WHERE kind IN ('comment', 'reaction') AND gone IS NULL AND known;
CREATE INDEX object_about ON object (about, author) WHERE about IS NOT NULL;

CREATE TABLE object_recipient (
    object BIGINT NOT NULL REFERENCES object (key),
    actor  BIGINT NOT NULL REFERENCES actor (key),
    PRIMARY KEY (object, actor)
) WITHOUT ROWID;
CREATE INDEX object_recipient_actor ON object_recipient (actor);

-- Ids on networks that are not home.
CREATE TABLE object_address (
    object  BIGINT NOT NULL REFERENCES object (key),
    network TEXT   NOT NULL,
    id      TEXT   NOT NULL,
    since   BIGINT NOT NULL,
    PRIMARY KEY (object, network),
    UNIQUE (network, id)
);

-- Where the comments of a thread are gathered.
CREATE TABLE object_place (
    object  BIGINT NOT NULL REFERENCES object (key),
    network TEXT   NOT NULL,
    place   TEXT   NOT NULL,
    PRIMARY KEY (object, network),
    UNIQUE (network, place)
);

CREATE TABLE place_subscriber (
    network    TEXT   NOT NULL,
    place      TEXT   NOT NULL,
    subscriber BIGINT NOT NULL REFERENCES actor (key),
    target     BIGINT NOT NULL REFERENCES target (key),
    since      BIGINT NOT NULL,
    PRIMARY KEY (network, place, subscriber)
);

-- What each target holds: `version` for certain, `tried` or a later one perhaps (begun, and no answer yet).
CREATE TABLE object_copy (
    object    BIGINT NOT NULL REFERENCES object (key),
    target    BIGINT NOT NULL REFERENCES target (key),
    remote_id TEXT,
    version   BIGINT,
    tried     BIGINT,
    PRIMARY KEY (object, target)
) WITHOUT ROWID;
CREATE INDEX object_copy_target ON object_copy (target);

-- Open deliveries and dead ones; what was delivered is in object_copy.
CREATE TABLE delivery (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    lane     BIGINT NOT NULL REFERENCES lane (key),
    target   BIGINT NOT NULL REFERENCES target (key),
    object   BIGINT NOT NULL REFERENCES object (key),
    author   BIGINT NOT NULL REFERENCES actor (key),
    version  BIGINT NOT NULL,              -- when it was asked for; the latest is sent
    state    TEXT   NOT NULL,              -- open, dead
    attempts BIGINT NOT NULL,
    due      BIGINT NOT NULL,              -- never earlier than that of an older open one of the same author and target
    since    BIGINT NOT NULL,
    reason   TEXT,
    detail   TEXT,
    ended    BIGINT
);
CREATE UNIQUE INDEX delivery_fresh ON delivery (object, target) WHERE state = 'open' AND attempts = 0;
CREATE INDEX delivery_object ON delivery (object, target, seq) WHERE state = 'open';
CREATE INDEX delivery_lane ON delivery (lane, seq) WHERE state = 'open';
CREATE INDEX delivery_lane_due ON delivery (lane, due) WHERE state = 'open';
CREATE INDEX delivery_order ON delivery (author, target, seq) WHERE state = 'open';
CREATE INDEX delivery_dead ON delivery (ended) WHERE state = 'dead';
CREATE INDEX delivery_since ON delivery (since) WHERE state = 'open';

CREATE TABLE follow (
    key      INTEGER PRIMARY KEY,
    follower BIGINT NOT NULL REFERENCES actor (key),
    followee BIGINT NOT NULL REFERENCES actor (key),
    state    TEXT   NOT NULL,              -- pending, accepted, rejected
    request  BIGINT NOT NULL REFERENCES object (key),
    via      TEXT,                         -- how it was asked for
    form     TEXT,                         -- the form of the address that was asked
    since    BIGINT NOT NULL,
    UNIQUE (follower, followee)
);
CREATE INDEX follow_followee ON follow (followee, key);
CREATE INDEX follow_request ON follow (request);

CREATE TABLE block (
    object  BIGINT PRIMARY KEY REFERENCES object (key),
    blocker BIGINT NOT NULL REFERENCES actor (key),
    blocked BIGINT REFERENCES actor (key),
    host    TEXT
);
CREATE INDEX block_pair ON block (blocker, blocked);

-- What must not come later, from whom.
CREATE TABLE tombstone (
    network TEXT   NOT NULL,
    id      TEXT   NOT NULL,
    origin  TEXT   NOT NULL,
    until   BIGINT NOT NULL,
    PRIMARY KEY (network, id, origin)
);
CREATE INDEX tombstone_until ON tombstone (until);

-- Exact bytes that live as long as their object: received ones that may be passed on, and what we signed.
CREATE TABLE pinned_wire (
    object     BIGINT NOT NULL REFERENCES object (key),
    version    BIGINT NOT NULL,
    network    TEXT   NOT NULL,
    direction  TEXT   NOT NULL,            -- in, out
    media_type TEXT   NOT NULL,
    body       BLOB   NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (object, version, network, direction)
);

CREATE TABLE host (
    network       TEXT NOT NULL,
    host          TEXT NOT NULL,
    software      TEXT,
    version       TEXT,
    networks      TEXT,
    shared_inbox  TEXT,
    schemes_in    TEXT,                    -- signature schemes it used
    schemes_out   TEXT,                    -- signature schemes it took
    seen          BIGINT NOT NULL,
    PRIMARY KEY (network, host)
);

-- Keys of ours. `private` is PKCS#8 DER, to be sealed with a key file once there is one.
CREATE TABLE own_key (
    key        INTEGER PRIMARY KEY,
    network    TEXT   NOT NULL,
    id         TEXT   NOT NULL,            -- the actor's, in the network's terms
    actor      BIGINT REFERENCES actor (key),
    public_pem TEXT   NOT NULL,
    private    BLOB   NOT NULL,
    created    BIGINT NOT NULL,
    retired    BIGINT
);
CREATE UNIQUE INDEX own_key_in_use ON own_key (network, id) WHERE retired IS NULL;

CREATE TABLE remote_key (
    network    TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    owner      BIGINT NOT NULL REFERENCES actor (key),
    public_pem TEXT   NOT NULL,
    fetched    BIGINT NOT NULL,
    PRIMARY KEY (network, id)
);

CREATE TABLE key_seen (
    actor       BIGINT NOT NULL REFERENCES actor (key),
    fingerprint TEXT   NOT NULL,
    first       BIGINT NOT NULL,
    last        BIGINT NOT NULL,
    PRIMARY KEY (actor, fingerprint)
);

-- Sources that an adapter watches, and what is known to stand there.
CREATE TABLE watch (
    network  TEXT   NOT NULL,
    source   TEXT   NOT NULL,
    actor    BIGINT NOT NULL REFERENCES actor (key),
    state    TEXT   NOT NULL,              -- wanted, active, hindered
    reason   TEXT,
    baseline BIGINT NOT NULL,              -- what stood there then is never sent
    until    BIGINT,
    PRIMARY KEY (network, source)
);
CREATE INDEX watch_actor ON watch (actor);

CREATE TABLE watch_item (
    network TEXT   NOT NULL,
    source  TEXT   NOT NULL,
    item    TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (network, source, item),
    FOREIGN KEY (network, source) REFERENCES watch (network, source) ON DELETE CASCADE
);

-- How far something that is read in order was read.
CREATE TABLE cursor (
    network  TEXT   NOT NULL,
    source   TEXT   NOT NULL,
    position TEXT   NOT NULL,
    baseline BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (network, source)
);

-- Pictures that exist only as bytes on their own network, by the SHA-1 of the bytes.
CREATE TABLE media (
    sha1       TEXT   NOT NULL PRIMARY KEY,
    media_type TEXT   NOT NULL,
    bytes      BLOB   NOT NULL,
    since      BIGINT NOT NULL
);
