import type { components } from "./schema.js";

/** A refusal as the API answers it (RFC 9457). */
export type Problem = components["schemas"]["Problem"];

/** One mistake in a body or in a query option. */
export type Mistake = components["schemas"]["Mistake"];

/** The refusals that ask the person to prove something more. */
export type ChallengeCode = "SECOND_FACTOR_REQUIRED" | "REAUTHENTICATION_REQUIRED" | "INVALID_FACTOR";

/** What is wrong. `UNREADABLE` is an answer that is no problem document, for example from a proxy in between. */
export type ProblemCode = Problem["code"] | ChallengeCode | "UNREADABLE";

/** A refusal, as every call of the client throws it. */
export class ProblemError<Code extends ProblemCode = ProblemCode> extends Error {
  /** What programs decide by. A newer service may send a code that this union does not have yet. */
  readonly code: Code;
  /** The status of the answer. */
  readonly status: number;
  /** One sentence for a person. */
  readonly detail: string;
  /** The id to quote when you report a problem, or `null`. */
  readonly requestId: string | null;
  /** Every mistake in the body or the query options; empty for other refusals. */
  readonly errors: readonly Mistake[];
  /** Seconds to wait before another try, or `null`. */
  readonly retryAfter: number | null;
  /** The whole document, with members that only some refusals have, for example `loginToken`. */
  readonly document: Readonly<Record<string, unknown>>;

  constructor(response: Pick<Response, "status" | "headers">, document: unknown) {
    const fields = isRecord(document) ? document : {};
    const code = typeof fields["code"] === "string" ? fields["code"] : "UNREADABLE";
    const detail = typeof fields["detail"] === "string" ? fields["detail"] : `The answer has status ${response.status}.`;
    super(`${code}: ${detail}`);
    this.name = "ProblemError";
    this.code = code as Code;
    this.status = response.status;
    this.detail = detail;
    this.requestId = response.headers.get("x-request-id");
    this.errors = Array.isArray(fields["errors"]) ? (fields["errors"] as Mistake[]) : [];
    this.retryAfter = retryAfter(response);
    this.document = fields;
  }
}

/** Whether `error` is a refusal, with one of `codes` if any are given. */
export function isProblem<Code extends ProblemCode = ProblemCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is ProblemError<Code> {
  return error instanceof ProblemError && (codes.length === 0 || codes.includes(error.code as Code));
}

/** The refusal that `response` is. Reads its body. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const text = await response.text();
  try {
    return new ProblemError(response, JSON.parse(text));
  } catch {
    return new ProblemError(response, null);
  }
}

/** The seconds of `Retry-After`, or `null` where it is absent or a date. */
export function retryAfter(response: Pick<Response, "headers">): number | null {
  const value = response.headers.get("retry-after");
  return value !== null && /^\d+$/.test(value) ? Number(value) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
