import { ProblemError, problemOf } from "./problem.js";
import type { Fetch } from "./retry.js";

/** What a person proves themselves by. `credential` is the JSON form of a passkey's assertion. */
export type Proof = { password: string } | { code: string } | { recoveryCode: string } | { credential: unknown };

/** Asks the person to prove something more. */
export interface Challenge {
  /** `SECOND_FACTOR_REQUIRED` while signing in; `REAUTHENTICATION_REQUIRED` before an operation that is worth another proof. */
  readonly reason: "SECOND_FACTOR_REQUIRED" | "REAUTHENTICATION_REQUIRED";
  /** The second factors that are possible, where the refusal names them: `totp`, `passkey`, `recovery_code`. */
  readonly methods: readonly string[];
  /** What a passkey's options are asked for with, while signing in. */
  readonly loginToken: string | null;
  /** The refusal itself. */
  readonly problem: ProblemError;
  /** Sends the proof. Throws a {@link ProblemError} if it is refused; then another proof may be sent. */
  answer(proof: Proof): Promise<void>;
}

/**
 * Shows the challenge and calls `answer` until it succeeds. When this ends without such an answer, the refusal is thrown to
 * whoever began; when it throws, its error is.
 */
export type OnChallenge = (challenge: Challenge) => Promise<void>;

/** Asks each person once at a time, however many requests wait for the answer. */
export class Challenges {
  readonly #baseUrl: string;
  readonly #fetch: Fetch;
  readonly #ask: OnChallenge | undefined;
  readonly #stepUps = new Map<string, Promise<boolean>>();
  readonly #proofs = new Map<string, number>();

  constructor(baseUrl: string, fetch: Fetch, ask: OnChallenge | undefined) {
    this.#baseUrl = baseUrl;
    this.#fetch = fetch;
    this.#ask = ask;
  }

  /** The answer to the second step of a sign-in. Throws `problem` where nobody can be asked. */
  async secondFactor(problem: ProblemError): Promise<Response> {
    const loginToken = problem.document["loginToken"];
    if (typeof loginToken !== "string") {
      throw problem;
    }
    let signedIn: Response | undefined;
    await this.#ask?.({
      reason: "SECOND_FACTOR_REQUIRED",
      methods: methods(problem),
      loginToken,
      problem,
      answer: async (proof) => {
        signedIn = await this.#post("/api/auth/login/second-factor", { loginToken, ...proof });
      },
    });
    if (signedIn === undefined) {
      throw problem;
    }
    return signedIn;
  }

  /** How often the session `id` has authenticated again. */
  proofs(id: string | undefined): number {
    return this.#proofs.get(id ?? "") ?? 0;
  }

  /** Whether the session `id` has authenticated again, so that the request that was refused with `problem` may be repeated. */
  stepUp(problem: ProblemError, id: string, accessToken: () => Promise<string | null>): Promise<boolean> {
    const pending = this.#stepUps.get(id);
    if (pending !== undefined) {
      return pending;
    }
    const asked = this.#stepUp(problem, id, accessToken).finally(() => this.#stepUps.delete(id));
    this.#stepUps.set(id, asked);
    return asked;
  }

  async #stepUp(problem: ProblemError, id: string, accessToken: () => Promise<string | null>): Promise<boolean> {
    let done = false;
    await this.#ask?.({
      reason: "REAUTHENTICATION_REQUIRED",
      methods: methods(problem),
      loginToken: null,
      problem,
      answer: async (proof) => {
        await this.#post("/api/auth/reauthenticate", proof, await accessToken());
        done = true;
        this.#proofs.set(id, this.proofs(id) + 1);
      },
    });
    return done;
  }

  async #post(path: string, body: object, accessToken: string | null = null): Promise<Response> {
    const headers = new Headers({ "Content-Type": "application/json" });
    if (accessToken !== null) {
      headers.set("Authorization", `Bearer ${accessToken}`);
    }
    const request = new Request(this.#baseUrl + path, { method: "POST", headers, body: JSON.stringify(body) });
    const response = await this.#fetch(request);
    if (!response.ok) {
      throw await problemOf(response);
    }
    return response;
  }
}

function methods(problem: ProblemError): string[] {
  const methods = problem.document["methods"];
  return Array.isArray(methods) ? methods.filter((method) => typeof method === "string") : [];
}
