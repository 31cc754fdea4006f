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
  /** Calls `changed` after another tab has written. Answers how to stop that. */
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

/** A lock among the callers in this process: each `work` begins after the one before has ended. */
export function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

/** Whether something that was stored is a session. */
export function isSession(value: unknown): value is StoredSession {
  const session = value as Partial<StoredSession> | null;
  return (
    typeof session === "object" &&
    typeof session?.id === "string" &&
    typeof session.accessToken === "string" &&
    typeof session.refreshToken === "string" &&
    typeof session.expiresAt === "number"
  );
}
