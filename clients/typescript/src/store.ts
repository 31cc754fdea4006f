/** The tokens of a signed-in person. */
export interface StoredSession {
  /** A name for this sign-in that refreshing does not change. It never leaves the store. */
  id: string;
  accessToken: string;
  refreshToken: string;
  /** When the access token expires by this machine's clock, in milliseconds since 1970. */
  expiresAt: number;
}

/** Where the tokens are kept. All clients of one store, in one tab or in many, share one sign-in. */
export interface SessionStore {
  /** What is stored, or `null`. */
  read(): Promise<StoredSession | null>;
  /** Replaces what is stored; `null` removes it. */
  write(session: StoredSession | null): Promise<void>;
  /** Runs `work` while no other user of this store runs any. */
  lock<T>(work: () => Promise<T>): Promise<T>;
  /** Calls `changed` after somebody else has written. Answers how to stop that. */
  watch?(changed: () => void): () => void;
}

/** Keeps the tokens in memory: they end with the page or the process. */
export function memoryStore(): SessionStore {
  let session: StoredSession | null = null;
  const lock = queue();
  return {
    read: async () => session,
    write: async (next) => {
      session = next;
    },
    lock,
  };
}

/** Settings of {@link webStore}. */
export interface WebStoreOptions {
  /** The name in the storage. Two products on one origin need two. Default `accounts.session`. */
  key?: string;
  /** Default `localStorage`, which all tabs of an origin share and which survives the browser's end. */
  storage?: Storage;
}

/**
 * Keeps the tokens in the browser's storage: tabs share one sign-in, and a reload keeps it.
 *
 * The lock is a Web Lock, so that one tab refreshes while the others wait. A browser without Web Locks may refresh twice at
 * once, and a tab may read the token before the current one. The service answers both with the same new pair for 30 seconds.
 */
export function webStore(options: WebStoreOptions = {}): SessionStore {
  const key = options.key ?? "accounts.session";
  const storage = options.storage ?? localStorage;
  const local = queue();
  return {
    read: async () => parse(storage.getItem(key)),
    write: async (session) => {
      if (session === null) {
        storage.removeItem(key);
      } else {
        storage.setItem(key, JSON.stringify(session));
      }
    },
    lock: async (work) => {
      const locks = globalThis.navigator?.locks;
      return locks === undefined ? local(work) : await locks.request(key, work);
    },
    watch: (changed) => {
      const listener = (event: StorageEvent) => {
        // A key of `null` is `storage.clear()`.
        if (event.storageArea === storage && (event.key === key || event.key === null)) {
          changed();
        }
      };
      addEventListener("storage", listener);
      return () => removeEventListener("storage", listener);
    },
  };
}

/** A lock among the callers in this process: each `work` begins after the one before has ended. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

/** What was stored, or `null` where something else wrote under this name. */
function parse(text: string | null): StoredSession | null {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return isSession(value) ? value : null;
  } catch {
    return null;
  }
}

function isSession(value: unknown): value is StoredSession {
  const session = value as Partial<StoredSession> | null;
  return (
    typeof session === "object" &&
    typeof session?.id === "string" &&
    typeof session.accessToken === "string" &&
    typeof session.refreshToken === "string" &&
    typeof session.expiresAt === "number"
  );
}
