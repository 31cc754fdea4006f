import createFetchClient from "openapi-fetch";
import { Challenges, type OnChallenge } from "./challenge.js";
import { takesKey } from "./idempotency.js";
import { pagesFrom } from "./pages.js";
import { ProblemError, problemOf } from "./problem.js";
import { randomId } from "./random.js";
import { codeOf, sendWithRetries, type Fetch, type RetryOptions } from "./retry.js";
import type { components, paths } from "./schema.js";
import { Session, type Tokens } from "./session.js";
import { memoryStore, type SessionStore, type StoredSession } from "./store.js";
import type { AccountsClient, Init, Method } from "./types.js";

/** Settings of {@link createAccountsClient}. */
export interface AccountsOptions {
  /** The API's address with its stage, for example `https://accounts.example.com` or `http://127.0.0.1:3000`. */
  baseUrl: string;
  /** Where the tokens are kept. Default: in memory. In browsers, `webStore()` shares one sign-in among tabs. */
  store?: SessionStore;
  /** Asks the person for a second factor or to authenticate again. Without it, both are errors. */
  onChallenge?: OnChallenge;
  /** How often and how long the client tries. */
  retry?: RetryOptions;
  /** Sends a request; default `globalThis.fetch`. */
  fetch?: Fetch;
}

/** A client of the API. Create one for each signed-in person: one in a browser, one for each person in a server. */
export function createAccountsClient(options: AccountsOptions): AccountsClient {
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const fetch: Fetch = options.fetch ?? ((request) => globalThis.fetch(request));
  const send: Fetch = (request) => sendWithRetries(fetch, request, options.retry ?? {});
  const session = new Session(baseUrl, fetch, options.store ?? memoryStore());
  const challenges = new Challenges(baseUrl, send, options.onChallenge);
  const api = createFetchClient<paths>({ baseUrl, fetch: (request) => authorized(request, send, session, challenges) });

  const call = async (method: Method, path: string, init: Init = {}) => {
    const { ifMatch, headers, ...rest } = init;
    const sent = new Headers(headers);
    const etag = typeof ifMatch === "string" ? ifMatch : ifMatch?.etag;
    if (etag) {
      sent.set("If-Match", etag);
    }
    if (method === "post" && takesKey(path) && !sent.has("Idempotency-Key")) {
      sent.set("Idempotency-Key", randomId());
    }
    // The methods of `AccountsClient` hold the types; here, every path is one of many.
    const request = api.request as (method: string, path: string, init: object) => Promise<Answered>;
    const { data, error, response } = await request(method, path, { ...rest, headers: sent });
    if (!response.ok) {
      throw new ProblemError(response, error);
    }
    return { data, etag: response.headers.get("etag"), response };
  };

  const signIn = async (credentials: components["schemas"]["Credentials"]) => {
    const request = new Request(`${baseUrl}/api/auth/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(credentials),
    });
    let response = await send(request);
    if (!response.ok) {
      const problem = await problemOf(response);
      if (problem.code !== "SECOND_FACTOR_REQUIRED") {
        throw problem;
      }
      response = await challenges.secondFactor(problem);
    }
    await session.begin((await response.json()) as Tokens);
  };

  const client = {
    get: (path: string, init?: Init) => call("get", path, init),
    post: (path: string, init?: Init) => call("post", path, init),
    put: (path: string, init?: Init) => call("put", path, init),
    patch: (path: string, init?: Init) => call("patch", path, init),
    delete: (path: string, init?: Init) => call("delete", path, init),
    pages: (path: string, init?: Init) => pagesFrom((next) => call("get", path, next), init),
    async *items(path: string, init?: Init) {
      for await (const page of client.pages(path, init)) {
        yield* page.value;
      }
    },
    signIn,
    signInWith: (tokens: Tokens) => session.begin(tokens),
    signOut: () => session.end(),
    isSignedIn: async () => (await session.current()) !== null,
    accessToken: async () => (await session.current())?.accessToken ?? null,
    onSession: (listener: (signedIn: boolean) => void) => session.subscribe(listener),
  };
  return client as unknown as AccountsClient;
}

interface Answered {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** Sends `request` as who is signed in; once more after a refresh, and once more after a step-up. */
async function authorized(request: Request, send: Fetch, session: Session, challenges: Challenges): Promise<Response> {
  if (request.headers.has("Authorization")) {
    return send(request);
  }
  let caller = await session.current();
  const proofs = challenges.proofs(caller?.id);
  let response = await send(withToken(request, caller));
  if (caller !== null && response.status === 401 && (await codeOf(response)) === "UNAUTHENTICATED") {
    const next = await session.renew(caller);
    // Another person may have signed in meanwhile: the request is not theirs.
    if (next?.id !== caller.id) {
      return response;
    }
    caller = next;
    response = await send(withToken(request, caller));
  }
  if (caller !== null && response.status === 401 && (await codeOf(response)) === "REAUTHENTICATION_REQUIRED") {
    const { id } = caller;
    const token = async () => {
      const present = await session.current();
      return present?.id === id ? present.accessToken : null;
    };
    // Another request may have led to a proof since this one was sent.
    const proven =
      challenges.proofs(id) > proofs || (await challenges.stepUp(await problemOf(response.clone()), id, token));
    if (proven) {
      caller = await session.current();
      if (caller?.id === id) {
        response = await send(withToken(request, caller));
      }
    }
  }
  return response;
}

function withToken(request: Request, caller: StoredSession | null): Request {
  const copy = request.clone();
  if (caller !== null) {
    copy.headers.set("Authorization", `Bearer ${caller.accessToken}`);
  }
  return copy;
}
