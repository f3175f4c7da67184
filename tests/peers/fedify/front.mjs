// HTTP in and out, recorded: Node's server on one side, fetch on the other, the Fetch API's Request and Response between.
import { createServer } from "node:http";

/** Which signature a set of headers carries. */
export const schemeOf = (headers) =>
  headers.has("signature-input") ? "rfc9421" : headers.has("signature") ? "cavage" : "none";

/** All requests received and sent, oldest first: raw headers, body in base64, the answer's status. */
export class Requests {
  entries = [];

  add(direction, method, url, rawHeaders, scheme, body) {
    const entry = { at: new Date().toISOString(), direction, method, url, rawHeaders, scheme };
    this.entries.push(Object.assign(entry, { bodyBase64: body.toString("base64"), status: null }));
    return entry;
  }

  /** Fedify and we ourselves send through the global fetch. */
  recordFetches() {
    const send = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const body = Buffer.from(await request.clone().arrayBuffer());
      const headers = [...request.headers].flat();
      const entry = this.add("out", request.method, request.url, headers, schemeOf(request.headers), body);
      try {
        const response = await send(request);
        entry.status = response.status;
        return response;
      } catch (error) {
        entry.error = String(error.cause ?? error);
        throw error;
      }
    };
  }
}

/** Listens at once; requests wait until serve() says who answers them. */
export async function listen(host, port) {
  let answer;
  const serving = new Promise((resolve) => (answer = resolve));
  const server = createServer(async (incoming, outgoing) => {
    const { handler, origin, requests, accept } = await serving;
    try {
      const [request, body] = await toRequest(incoming, origin);
      const scheme = schemeOf(request.headers);
      const record = requests?.add("in", request.method, request.url, incoming.rawHeaders, scheme, body);
      const response = refusal(request, scheme, accept) ?? (await handler(request, record));
      if (record) record.status = response.status;
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    } catch (error) {
      console.error(`${incoming.method} ${incoming.url}:`, error);
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end(String(error));
    }
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  return { port: server.address().port, serve: (handler, options) => answer({ handler, ...options }) };
}

async function toRequest(incoming, origin) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  const bodyless = incoming.method === "GET" || incoming.method === "HEAD";
  const init = { method: incoming.method, headers, body: bodyless ? undefined : body };
  return [new Request(new URL(incoming.url, origin), init), body];
}

// The ways in which peers treat a signature scheme that they do not know: most say 401, some say 202 and forget.
function refusal(request, scheme, accept = "both") {
  if (request.method !== "POST" || accept === "both" || scheme === accept) return null;
  if (accept === "drop-rfc9421") return scheme === "rfc9421" ? new Response(null, { status: 202 }) : null;
  return new Response(`this peer takes ${accept} signatures only`, { status: 401 });
}
