// Verifies access tokens in Node, Deno, Bun or a Worker. Needs the package jose.
import { createRemoteJWKSet, jwtVerify } from "jose";

/**
 * A function that answers the claims of a token that is genuine, current and for `audience`, and throws for any other.
 * @param {string} issuer the API's address
 */
export function verifier(issuer, audience = "accounts") {
  // Keeps the keys, and asks again when a token names one that it does not know.
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  const options = { issuer, audience, typ: "at+jwt", algorithms: ["EdDSA"], requiredClaims: ["exp", "sub", "sid"] };
  return async (/** @type {string} */ token) => (await jwtVerify(token, keys, options)).payload;
}
