import type { Client, ClientPathsWithMethod, FetchResponse, MaybeOptionalInit } from "openapi-fetch";
import type { Page } from "./pages.js";
import type { components, paths } from "./schema.js";
import type { Tokens } from "./session.js";

/** The methods of the API. */
export type Method = "get" | "post" | "put" | "patch" | "delete";

/** The paths that have `M`. */
export type PathWith<M extends Method> = ClientPathsWithMethod<Client<paths>, M>;

/** What a call answers. Refusals are thrown as `ProblemError`. */
export interface Answer<Data> {
  /** The body; `undefined` where there is none. */
  data: Data;
  /** The version of what was answered, for `ifMatch`; `null` where it has none. */
  etag: string | null;
  /** The response itself, with its headers. */
  response: Response;
}

/** What a call takes besides the parameters and the body of its operation. */
export interface Extra {
  /**
   * The version that this change starts from: the answer that was read, or its `etag`. If somebody else has changed it since, the
   * change is refused with `PRECONDITION_FAILED`. Without it, the last writer wins.
   */
  ifMatch?: string | { readonly etag: string | null };
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** {@link Extra} with the parameters and the body of any operation. */
export interface Init extends Extra {
  params?: { query?: Record<string, unknown>; path?: Record<string, unknown>; header?: Record<string, unknown> };
  body?: unknown;
}

type Operation<P extends keyof paths, M extends Method> = paths[P][M & keyof paths[P]];
type Own<P extends keyof paths, M extends Method> = MaybeOptionalInit<paths[P], M & keyof paths[P]>;
type Given<P extends keyof paths, M extends Method> = Pick<NonNullable<Own<P, M>>, "params" & keyof NonNullable<Own<P, M>>> &
  Pick<NonNullable<Own<P, M>>, "body" & keyof NonNullable<Own<P, M>>> &
  Extra;
type Arguments<P extends keyof paths, M extends Method> =
  undefined extends Own<P, M> ? [init?: Given<P, M>] : [init: Given<P, M>];

/** The body of the successful answer to `M` of `P`. */
export type Data<P extends keyof paths, M extends Method> = Extract<
  FetchResponse<Operation<P, M> & Record<string | number, unknown>, object, "application/json">,
  { error?: never }
>["data"];

/** One method of the client: the path as `openapi.yaml` has it, then parameters and body. */
export type Call<M extends Method> = <P extends PathWith<M>>(
  path: P,
  ...init: Arguments<P, M>
) => Promise<Answer<Data<P, M>>>;

/** The paths that answer a list. */
export type ListPath = {
  [P in PathWith<"get">]: Data<P, "get"> extends { value: unknown[]; nextLink: string | null } ? P : never;
}[PathWith<"get">];

/** The items of the list at `P`. */
export type Item<P extends ListPath> = Data<P, "get"> extends Page<infer I> ? I : never;

/** A client of the Accounts API. */
export interface AccountsClient {
  get: Call<"get">;
  /** Sends an `Idempotency-Key` of its own where the operation takes one, the same in each try. */
  post: Call<"post">;
  put: Call<"put">;
  patch: Call<"patch">;
  delete: Call<"delete">;

  /** The pages of a list, each asked for when the loop gets there. */
  pages<P extends ListPath>(path: P, ...init: Arguments<P, "get">): AsyncGenerator<Data<P, "get">, void, undefined>;
  /** The items of a list, over all its pages. */
  items<P extends ListPath>(path: P, ...init: Arguments<P, "get">): AsyncGenerator<Item<P>, void, undefined>;

  /** Signs in with a password, and asks `onChallenge` for a second factor if there is one. */
  signIn(credentials: components["schemas"]["Credentials"]): Promise<void>;
  /** Begins a session with the tokens of another kind of sign-in. */
  signInWith(tokens: Tokens): Promise<void>;
  /** Forgets the tokens at once, then ends the session at the service. Throws if the service could not be reached. */
  signOut(): Promise<void>;
  /** Whether somebody is signed in. Refreshes an expired token to find out. */
  isSignedIn(): Promise<boolean>;
  /** An access token that works now, for a back end of yours; `null` when signed out. */
  accessToken(): Promise<string | null>;
  /** Calls `listener` after each sign-in and sign-out, in other tabs too. Answers how to stop that. */
  onSession(listener: (signedIn: boolean) => void): () => void;
}
