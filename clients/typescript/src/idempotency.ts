import type { paths } from "./schema.js";

/** The paths whose `post` takes an `Idempotency-Key`, as the document has them. */
type KeyedPath = {
  [Path in keyof paths]: paths[Path] extends { post: { parameters: { header?: infer Header } } }
    ? [NonNullable<Header>] extends [never]
      ? never
      : "Idempotency-Key" extends keyof NonNullable<Header>
        ? Path
        : never
    : never;
}[keyof paths];

// The type makes this list complete: a path more or less in the document does not compile.
const KEYED: Record<KeyedPath, true> = {
  "/api/accounts/signup": true,
  "/api/accounts": true,
  "/api/accounts/{id}/users": true,
  "/api/accounts/{id}/users/{userId}": true,
  "/api/invitations/accept": true,
  "/api/users/me/invitations/{id}/accept": true,
};

/** Whether posting to `path` takes an `Idempotency-Key`. */
export function takesKey(path: string): boolean {
  return Object.hasOwn(KEYED, path);
}
