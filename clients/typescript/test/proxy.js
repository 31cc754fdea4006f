// A network between the client and the stack that loses requests and answers, and that refuses some of them.
import { once } from "node:events";
import { createServer } from "node:http";

/**
 * @typedef {{ method: string, path: string, headers: import("node:http").IncomingHttpHeaders, body: string }} Seen
 * @typedef {{ status: number, body?: object, headers?: Record<string, string> }} Given
 * @typedef {"lose request" | "lose answer" | Given | undefined} Fate
 */

export class Proxy {
  /** Every request but preflights, in the order in which they came. */
  seen = /** @type {Seen[]} */ ([]);
  /** What happens to a request; `undefined` lets it through. */
  fate = /** @type {(request: Seen) => Fate | Promise<Fate>} */ (() => undefined);
  /** Milliseconds before each answer. */
  delay = 0;

  /** @param {string} target */
  static async start(target) {
    const proxy = new Proxy(target);
    proxy.server.listen(0, "127.0.0.1");
    await once(proxy.server, "listening");
    const address = /** @type {import("node:net").AddressInfo} */ (proxy.server.address());
    proxy.url = `http://127.0.0.1:${address.port}`;
    return proxy;
  }

  /** @param {string} target */
  constructor(target) {
    this.target = target;
    this.url = "";
    this.server = createServer((request, response) => {
      this.#handle(request, response).catch(() => request.socket.destroy());
    });
  }

  /**
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   */
  async #handle(request, response) {
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const { method = "", url: path = "", headers } = request;
    const seen = { method, path, headers, body: Buffer.concat(chunks).toString() };
    if (method !== "OPTIONS") {
      this.seen.push(seen);
    }
    const fate = method === "OPTIONS" ? undefined : await this.fate(seen);
    if (fate === "lose request") {
      request.socket.destroy();
      return;
    }
    const answer = typeof fate === "object" ? given(fate) : await this.forward(seen);
    const body = await answer.arrayBuffer();
    if (fate === "lose answer") {
      request.socket.destroy();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, this.delay));
    const sent = Object.fromEntries(answer.headers);
    delete sent["content-length"];
    response.writeHead(answer.status, sent).end(Buffer.from(body));
  }

  /**
   * The stack's own answer.
   * @param {Seen} seen
   */
  forward(seen) {
    const headers = new Headers();
    for (const [name, value] of Object.entries(seen.headers)) {
      if (!["host", "connection", "content-length", "transfer-encoding", "expect", "keep-alive"].includes(name)) {
        headers.set(name, String(value));
      }
    }
    return fetch(this.target + seen.path, { method: seen.method, headers, body: seen.body === "" ? null : seen.body });
  }

  /** @param {string} path */
  count(path) {
    return this.seen.filter((request) => request.path.split("?")[0] === path).length;
  }

  /** @param {string} path */
  all(path) {
    return this.seen.filter((request) => request.path.split("?")[0] === path);
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}

/**
 * A problem document.
 * @param {number} status
 * @param {string} code
 * @param {object} more
 * @param {Record<string, string>} headers
 * @returns {Given}
 */
export function problem(status, code, more = {}, headers = {}) {
  const body = { type: "about:blank", title: "Refused", status, code, detail: "Refused.", requestId: "1", ...more };
  return { status, body, headers };
}

/** @param {Given} fate */
function given(fate) {
  const headers = { "Content-Type": "application/problem+json", "Access-Control-Allow-Origin": "*", ...fate.headers };
  return new Response(fate.body === undefined ? null : JSON.stringify(fate.body), { status: fate.status, headers });
}
