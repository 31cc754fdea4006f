import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createAccountsClient } from "../dist/index.js";
import { Stack } from "./stack.js";

/** @type {Stack} */
let stack;
before(async () => {
  stack = await Stack.start();
});
after(() => stack.stop());

/**
 * A person with a second factor and `count` accounts, whose last use of the factor is too long ago for a deletion.
 * @param {number} count
 * @param {Partial<import("../dist/index.js").AccountsOptions>} options
 */
async function longSignedIn(count, options = {}) {
  const person = await stack.withSecondFactor(options);
  const accounts = [];
  for (let number = 0; number < count; number += 1) {
    accounts.push((await person.client.post("/api/accounts", { body: { name: `${person.email} ${number}` } })).data.id);
  }
  await stack.advance(11 * 60);
  return { ...person, accounts };
}

/**
 * @param {import("../dist/index.js").AccountsClient} client
 * @param {number} id
 */
const deletion = (client, id) => client.delete("/api/accounts/{id}", { params: { path: { id } } });

test("a step-up is asked for once, and every request that waited for it goes on", async () => {
  const asked = /** @type {unknown[]} */ ([]);
  /** @type {import("./authenticator.js").Authenticator} */
  let authenticator;
  const person = await longSignedIn(4, {
    onChallenge: async (challenge) => {
      asked.push(challenge.reason);
      await assert.rejects(challenge.answer({ code: await authenticator.wrongCode() }), { code: "INVALID_FACTOR" });
      await new Promise((resolve) => setTimeout(resolve, 100));
      await challenge.answer({ code: await authenticator.code() });
    },
  });
  authenticator = person.authenticator;
  const { client, accounts } = person;
  const token = await client.accessToken();
  const deleted = await Promise.all(accounts.map((id) => deletion(client, id)));
  assert.deepEqual(deleted.map(({ data }) => data.success), [true, true, true, true]);
  assert.deepEqual(asked, ["REAUTHENTICATION_REQUIRED"]);
  assert.equal(await client.accessToken(), token, "the same access token goes on");
});

test("a step-up that is given up is the refusal, and its error where it throws one", async () => {
  const sent = /** @type {string[]} */ ([]);
  const { client, accounts: [id = 0] } = await longSignedIn(1, {
    onChallenge: async () => {},
    fetch: (request) => {
      sent.push(`${request.method} ${new URL(request.url).pathname}`);
      return fetch(request);
    },
  });
  await assert.rejects(deletion(client, id), { code: "REAUTHENTICATION_REQUIRED" });
  assert.equal(sent.filter((request) => request === `DELETE /api/accounts/${id}`).length, 1);

  const closed = new Error("closed");
  const { client: other, accounts: [own = 0] } = await longSignedIn(1, { onChallenge: () => Promise.reject(closed) });
  await assert.rejects(deletion(other, own), closed);
});

test("without a callback a step-up is an error", async () => {
  const { client, accounts: [id = 0] } = await longSignedIn(1);
  await assert.rejects(deletion(client, id), { code: "REAUTHENTICATION_REQUIRED" });
});

test("a sign-in asks for the second factor", async () => {
  const { email, password, id, authenticator } = await stack.withSecondFactor();
  const asked = /** @type {import("../dist/index.js").Challenge[]} */ ([]);
  const client = createAccountsClient({
    baseUrl: stack.url,
    onChallenge: async (challenge) => {
      asked.push(challenge);
      await assert.rejects(challenge.answer({ code: await authenticator.wrongCode() }), { code: "INVALID_FACTOR" });
      assert.equal(await client.isSignedIn(), false);
      await challenge.answer({ code: await authenticator.code() });
    },
  });
  await assert.rejects(client.signIn({ email, password: "something else" }), { code: "INVALID_CREDENTIALS" });
  assert.equal(asked.length, 0);
  await client.signIn({ email, password });
  assert.deepEqual(asked.map(({ reason, methods }) => [reason, [...methods].sort()]), [["SECOND_FACTOR_REQUIRED", ["recovery_code", "totp"]]]);
  assert.match(asked.map(({ loginToken }) => loginToken).join(), /^[\w-]{40,}$/);
  assert.equal((await client.get("/api/users/me")).data.id, id);
});

test("a sign-in without an answer fails closed", async () => {
  const { email, password } = await stack.withSecondFactor();
  for (const options of [{}, { onChallenge: async () => {} }]) {
    const client = createAccountsClient({ baseUrl: stack.url, ...options });
    await assert.rejects(client.signIn({ email, password }), { code: "SECOND_FACTOR_REQUIRED" });
    assert.equal(await client.isSignedIn(), false);
  }
});
