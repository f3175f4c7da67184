// A scripted ActivityPub peer on Fedify. A test starts it, drives it through the control API (control.mjs) and reads
// in its log what arrived. See README.md for the options and the calls.
//
// front.mjs       HTTP in and out: every request is recorded; refuses signatures as the options say
// federation.mjs  actors, objects, collections and the inbox, on Fedify
// control.mjs     what a test can ask for
import { parseArgs } from "node:util";
import { readFileSync } from "node:fs";
import { Requests, listen } from "./front.mjs";
import { Peer } from "./federation.mjs";
import { control } from "./control.mjs";

const { values: options } = parseArgs({
  options: {
    bind: { type: "string", default: "127.0.0.1" },
    host: { type: "string", default: "127.0.0.1" }, // the name in URLs and handles
    port: { type: "string", default: "0" },
    "control-port": { type: "string", default: "0" },
    users: { type: "string", default: "alice" },
    "first-knock": { type: "string", default: "cavage" }, // cavage | rfc9421
    accept: { type: "string", default: "both" }, // both | cavage | rfc9421 | drop-rfc9421
    secure: { type: "boolean", default: false }, // objects only for signed requests
    "no-proof": { type: "boolean", default: false }, // RSA keys only, so no FEP-8b32 proofs
  },
});

const requests = new Requests();
requests.recordFetches();
const keys = JSON.parse(readFileSync(new URL("./keys.json", import.meta.url), "utf8"));

// The port may be the system's choice, and the peer needs it for its URLs: listen first, then build.
const front = await listen(options.bind, Number(options.port));
const origin = `http://${options.host}${front.port === 80 ? "" : `:${front.port}`}`;
const peer = new Peer({ origin, options, keys, requests });
front.serve((request, record) => peer.handle(request, record), { origin, requests, accept: options.accept });

const controls = await listen("127.0.0.1", Number(options["control-port"]));
controls.serve((request) => control(peer, request), { origin: `http://127.0.0.1:${controls.port}` });

// Whoever started us holds our stdin: when they are gone, so are we.
process.stdin.on("end", () => process.exit(0)).resume();
process.on("unhandledRejection", (error) => console.error("unhandled:", error));
console.log("ready " + JSON.stringify({ base: origin, control: `http://127.0.0.1:${controls.port}` }));
