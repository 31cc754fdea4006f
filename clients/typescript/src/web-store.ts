import { isSession, queue, type SessionStore, type StoredSession } from "./store.js";

/** Settings of {@link webStore}. */
export interface WebStoreOptions {
  /** The name of the database, the lock and the channel. Two products on one origin need two. Default `accounts`. */
  name?: string;
}

const TABLE = "session";
const KEY = 0;

/**
 * Keeps the tokens in the browser's IndexedDB: tabs and workers of an origin share one sign-in, and a reload keeps it.
 *
 * The lock is a Web Lock: one tab refreshes while the others wait. `localStorage` would not do: a tab may read there what was
 * true before another tab wrote, even under the lock. A browser without Web Locks may refresh twice at once, for which the
 * service answers the same new pair for 30 seconds.
 */
export function webStore(options: WebStoreOptions = {}): SessionStore {
  const name = options.name ?? "accounts";
  const local = queue();
  let opened: Promise<IDBDatabase> | null = null;
  let channel: BroadcastChannel | undefined;

  const database = () => {
    opened ??= open(name, () => (opened = null)).catch((error) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  const transact = async <T>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const transaction = (await database()).transaction(TABLE, mode);
    const request = work(transaction.objectStore(TABLE));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    return request.result;
  };
  const broadcast = () => {
    channel ??= "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : undefined;
    return channel;
  };

  return {
    read: async () => {
      const value: unknown = await transact("readonly", (table) => table.get(KEY));
      return isSession(value) ? value : null;
    },
    write: async (session: StoredSession | null) => {
      const change = (table: IDBObjectStore): IDBRequest => (session === null ? table.delete(KEY) : table.put(session, KEY));
      await transact("readwrite", change);
      broadcast()?.postMessage(null);
    },
    lock: async (work) => {
      const locks = globalThis.navigator?.locks;
      return locks === undefined ? local(work) : await locks.request(name, work);
    },
    watch: (changed) => {
      const listening = broadcast();
      listening?.addEventListener("message", changed);
      return () => listening?.removeEventListener("message", changed);
    },
  };
}

/** The database of that name. Calls `closed` once it cannot be used any more. */
function open(name: string, closed: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      // Another tab deletes the database, or a newer version of this client changes it.
      database.onversionchange = () => {
        database.close();
        closed();
      };
      database.onclose = closed;
      resolve(database);
    };
  });
}
