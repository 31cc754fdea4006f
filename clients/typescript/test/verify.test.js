// The examples that verify access tokens in a back end of one's own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { handler } from "../../../examples/authorizer/index.mjs";
import { verifier } from "../../../examples/verify/verify.mjs";
import { Stack } from "./stack.js";

/** @type {Stack} */
let stack;
before(async () => {
  stack = await Stack.start();
  process.env["ACCOUNTS_URL"] = stack.url;
});
after(() => stack.stop());

/** A person, and their access token. */
async function tokenOf() {
  const person = await stack.signedIn();
  return { ...person, token: String(await person.client.accessToken()) };
}

/** @param {string} token */
const forged = (token) => token.slice(0, -8) + (token.endsWith("AAAAAAAA") ? "BBBBBBBB" : "AAAAAAAA");

test("a token is verified with the published keys", async () => {
  const { id, email, token } = await tokenOf();
  const claims = await verifier(stack.url)(token);
  assert.equal(claims.sub, String(id));
  assert.equal(claims["email"], email);
});

test("a forged token is refused, and one for another audience or of another issuer", async () => {
  const { token } = await tokenOf();
  await assert.rejects(verifier(stack.url)(forged(token)), { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
  await assert.rejects(verifier(stack.url, "another")(token), { claim: "aud" });
  const other = await Stack.start();
  await assert.rejects(verifier(other.url)(token), { code: "ERR_JWKS_NO_MATCHING_KEY" });
  await other.stop();
});

test("the authorizer lets a person into the whole stage", async () => {
  const { id, token } = await tokenOf();
  const methodArn = "arn:aws:execute-api:eu-west-1:123456789012:api/prod/GET/things/1";
  const answer = await handler({ authorizationToken: `Bearer ${token}`, methodArn });
  assert.equal(answer.principalId, String(id));
  assert.deepEqual(answer.policyDocument.Statement, [
    { Action: "execute-api:Invoke", Effect: "Allow", Resource: "arn:aws:execute-api:eu-west-1:123456789012:api/prod/*" },
  ]);
  assert.deepEqual(await handler({ headers: { Authorization: `bearer ${token}` }, methodArn }), answer);
});

test("the authorizer says `Unauthorized` to anything else", async () => {
  const { token } = await tokenOf();
  for (const authorizationToken of [undefined, "", "Bearer", "Bearer x", token, `Bearer ${forged(token)}`]) {
    const event = { ...(authorizationToken === undefined ? {} : { authorizationToken }), methodArn: "a:b/prod/GET/" };
    await assert.rejects(handler(event), { message: "Unauthorized" });
  }
});
