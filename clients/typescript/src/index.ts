export { createAccountsClient, type AccountsOptions } from "./client.js";
export type { Challenge, OnChallenge, Proof } from "./challenge.js";
export type { Page } from "./pages.js";
export { isProblem, ProblemError, type Mistake, type Problem, type ProblemCode } from "./problem.js";
export type { Fetch, RetryOptions } from "./retry.js";
export type { components, operations, paths } from "./schema.js";
export { isSignedOut, type Tokens } from "./session.js";
export { memoryStore, webStore, type SessionStore, type StoredSession, type WebStoreOptions } from "./store.js";
export type { AccountsClient, Answer, Call, Data, Extra, Item, ListPath, Method } from "./types.js";
