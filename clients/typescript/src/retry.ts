import { retryAfter } from "./problem.js";

/** Sends one request. `globalThis.fetch` is one. */
export type Fetch = (request: Request) => Promise<Response>;

/** How often and how long the client tries. */
export interface RetryOptions {
  /** Tries in all, the first one included. Default 4; 1 never repeats. */
  attempts?: number;
  /** The longest wait before another try, in milliseconds. A longer `Retry-After` is an error at once. Default 10,000. */
  longestWait?: number;
}

/**
 * Sends `request`, and again where that can help and has no second effect.
 *
 * A lost answer and a failure of the service are repeated for reads, and for requests with an `Idempotency-Key`, which is the
 * same each time. Other requests are repeated only where the service says that it did nothing: it was asked too often, or
 * concurrent writers were in each other's way.
 */
export async function sendWithRetries(fetch: Fetch, request: Request, options: RetryOptions): Promise<Response> {
  const attempts = options.attempts ?? 4;
  const longestWait = options.longestWait ?? 10_000;
  const repeatable = ["GET", "HEAD"].includes(request.method) || request.headers.has("idempotency-key");
  for (let attempt = 1; ; attempt += 1) {
    let wait = backoff(attempt);
    try {
      const response = await complete(await fetch(request.clone()));
      const helps = (repeatable && [500, 502, 503, 504].includes(response.status)) || (await didNothing(response));
      wait = Math.max(wait, (retryAfter(response) ?? 0) * 1000);
      if (!helps || attempt >= attempts || wait > longestWait) {
        return response;
      }
    } catch (error) {
      if (!repeatable || attempt >= attempts || request.signal.aborted) {
        throw error;
      }
    }
    await pause(wait, request.signal);
  }
}

/** Milliseconds to wait after the `attempt`th try: about 0.2, 0.4, 0.8 s, and a different time for each caller. */
export function backoff(attempt: number): number {
  return 100 * 2 ** attempt * (0.75 + Math.random() / 2);
}

/** Waits, or throws the signal's reason once it is aborted. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", aborted);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", aborted, { once: true });
  });
}

/** `response` with its whole body: a connection that breaks off while it is read is a lost answer too. */
export async function complete(response: Response): Promise<Response> {
  // Chromium gives these statuses an empty body, and refuses to make one (Fetch Standard, "null body status").
  const empty = response.body === null || [204, 205, 304].includes(response.status);
  return empty ? response : new Response(await response.arrayBuffer(), response);
}

async function didNothing(response: Response): Promise<boolean> {
  if (response.status === 429) {
    return true;
  }
  return response.status === 409 && (await codeOf(response)) === "CONFLICT";
}

/** The code of a refusal. Leaves the body to be read. */
export async function codeOf(response: Response): Promise<unknown> {
  try {
    return ((await response.clone().json()) as { code?: unknown }).code;
  } catch {
    return undefined;
  }
}
