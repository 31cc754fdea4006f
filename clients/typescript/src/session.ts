import { ProblemError, problemOf } from "./problem.js";
import { randomId } from "./random.js";
import { backoff, complete, pause, type Fetch } from "./retry.js";
import type { components } from "./schema.js";
import type { SessionStore, StoredSession } from "./store.js";

/** The tokens that every kind of sign-in answers. */
export type Tokens = components["schemas"]["Tokens"];

/** The access token is refreshed this long before it expires, in milliseconds. */
const EARLY = 30_000;
/**
 * A refresh is repeated for so long, in milliseconds. For 30 s the service answers the spent token with the same new pair;
 * later it takes the token for stolen and ends the session.
 */
const REFRESH_WITHIN = 25_000;
/** One try of a refresh takes at most this long, in milliseconds. */
const REFRESH_TIMEOUT = 8_000;

/**
 * The sign-in state. All its users, in this tab and in others, share one refresh: the first takes the store's lock, and the
 * others find the new tokens there.
 */
export class Session {
  readonly #baseUrl: string;
  readonly #fetch: Fetch;
  readonly #store: SessionStore;
  readonly #listeners = new Set<(signedIn: boolean) => void>();
  #rotation: { spent: string; next: Promise<StoredSession | null> } | null = null;
  #unwatch: (() => void) | undefined;
  /** The session that the listeners know of; `undefined` before the first one listens. */
  #announced: string | null | undefined;

  constructor(baseUrl: string, fetch: Fetch, store: SessionStore) {
    this.#baseUrl = baseUrl;
    this.#fetch = fetch;
    this.#store = store;
  }

  /** The session with an access token that works for a while, or `null` when signed out. */
  async current(): Promise<StoredSession | null> {
    const stored = await this.#store.read();
    return stored !== null && stored.expiresAt - EARLY <= Date.now() ? this.renew(stored) : stored;
  }

  /** What comes after `spent`: tokens that somebody else has fetched meanwhile, or new ones; `null` when signed out. */
  renew(spent: StoredSession): Promise<StoredSession | null> {
    if (this.#rotation?.spent === spent.accessToken) {
      return this.#rotation.next;
    }
    const next = this.#store
      .lock(() => this.#rotate(spent))
      .finally(() => {
        if (this.#rotation?.next === next) {
          this.#rotation = null;
        }
      });
    this.#rotation = { spent: spent.accessToken, next };
    return next;
  }

  /** Begins a session with `tokens`, and ends the one before. */
  async begin(tokens: Tokens): Promise<void> {
    const id = randomId();
    const before = await this.#store.lock(async () => {
      const before = await this.#store.read();
      await this.#store.write(stored(id, tokens));
      return before;
    });
    this.#announce(id);
    if (before !== null) {
      // The new session is there either way; the old one ends by itself later.
      await this.#post("/api/auth/logout", before).catch(() => undefined);
    }
  }

  /** Signs out here at once, then at the service. */
  async end(): Promise<void> {
    const before = await this.#store.lock(async () => {
      const before = await this.#store.read();
      await this.#store.write(null);
      return before;
    });
    this.#announce(null);
    if (before !== null) {
      const response = await this.#persist("/api/auth/logout", before);
      if (!response.ok) {
        throw await problemOf(response);
      }
    }
  }

  /** Calls `listener` after each sign-in and sign-out, those in other tabs included. Answers how to stop that. */
  subscribe(listener: (signedIn: boolean) => void): () => void {
    this.#listeners.add(listener);
    this.#unwatch ??= this.#watch();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) {
        this.#unwatch?.();
        this.#unwatch = undefined;
      }
    };
  }

  /** Runs under the store's lock. */
  async #rotate(spent: StoredSession): Promise<StoredSession | null> {
    const before = await this.#store.read();
    if (before === null || before.id !== spent.id || before.accessToken !== spent.accessToken) {
      return before;
    }
    const response = await this.#persist("/api/auth/refresh", before);
    if (response.ok) {
      const next = stored(before.id, (await response.json()) as Tokens);
      return this.#replace(before, next);
    }
    const problem = await problemOf(response);
    if (![400, 401, 403].includes(problem.status)) {
      throw problem;
    }
    const left = await this.#replace(before, null);
    if (left === null) {
      this.#announce(null);
    }
    return left;
  }

  /**
   * Writes `next` where `before` is still stored, and answers what is stored then. A store without a lock among tabs may have
   * newer tokens by now, or none after a sign-out.
   */
  async #replace(before: StoredSession, next: StoredSession | null): Promise<StoredSession | null> {
    const present = await this.#store.read();
    if (present?.refreshToken !== before.refreshToken) {
      return present;
    }
    await this.#store.write(next);
    return next;
  }

  /** Posts the refresh token until an answer says something, for as long as the service takes a repetition for one. */
  async #persist(path: string, session: StoredSession): Promise<Response> {
    const deadline = Date.now() + REFRESH_WITHIN;
    for (let attempt = 1; ; attempt += 1) {
      const wait = backoff(attempt);
      const last = Date.now() + wait + REFRESH_TIMEOUT > deadline || attempt >= 5;
      try {
        const response = await this.#post(path, session);
        if (last || !(response.status >= 500 || response.status === 409 || response.status === 429)) {
          return response;
        }
      } catch (error) {
        if (last) {
          throw error;
        }
      }
      await pause(wait);
    }
  }

  async #post(path: string, session: StoredSession): Promise<Response> {
    const request = new Request(this.#baseUrl + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refreshToken: session.refreshToken }),
      signal: AbortSignal.timeout(REFRESH_TIMEOUT),
    });
    return complete(await this.#fetch(request));
  }

  #watch(): (() => void) | undefined {
    const present = async () => (await this.#store.read())?.id ?? null;
    const first = (id: string | null) => {
      this.#announced = this.#announced === undefined ? id : this.#announced;
    };
    // A store that cannot be read says so at the next request.
    present().then(first, () => undefined);
    return this.#store.watch?.(() => void present().then((id) => this.#announce(id), () => undefined));
  }

  /** Tells the listeners of a sign-in or a sign-out, but not of a refresh. */
  #announce(id: string | null): void {
    if (id === this.#announced) {
      return;
    }
    this.#announced = id;
    for (const listener of [...this.#listeners]) {
      listener(id !== null);
    }
  }
}

function stored(id: string, tokens: Tokens): StoredSession {
  const { accessToken, refreshToken, expiresIn } = tokens;
  return { id, accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 };
}

/** Whether `error` says that nobody is signed in, or not any more. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ProblemError && error.code === "UNAUTHENTICATED";
}
