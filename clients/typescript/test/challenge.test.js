// The proxy refuses as a service does for persons with a second factor; every other answer is the stack's own.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { createAccountsClient } from "../dist/index.js";
import { problem, Proxy } from "./proxy.js";
import { Stack } from "./stack.js";

/** @type {Stack} */
let stack;
/** @type {Proxy} */
let proxy;
before(async () => {
  stack = await Stack.start();
});
after(() => stack.stop());
beforeEach(async () => {
  proxy = await Proxy.start(stack.url);
});
afterEach(() => proxy.stop());

const reauthenticate = "/api/auth/reauthenticate";

/** Refuses to create accounts until the person has authenticated again with the code 123456. */
function wantsStepUp() {
  let proven = false;
  proxy.fate = ({ method, path, body, headers }) => {
    if (path === reauthenticate) {
      assert.match(String(headers.authorization), /^Bearer /);
      proven = JSON.parse(body).code === "123456";
      return proven
        ? { status: 200, body: { authenticatedAt: "2026-06-02T10:30:00Z", methods: ["password", "totp"] } }
        : problem(401, "INVALID_FACTOR");
    }
    return method === "POST" && path === "/api/accounts" && !proven
      ? problem(401, "REAUTHENTICATION_REQUIRED", { methods: ["totp"] })
      : undefined;
  };
}

test("a step-up is asked for once, and every request that waited for it goes on", async () => {
  const asked = /** @type {unknown[]} */ ([]);
  const { client, email } = await stack.signedIn({
    baseUrl: proxy.url,
    onChallenge: async (challenge) => {
      asked.push([challenge.reason, challenge.methods]);
      await assert.rejects(challenge.answer({ code: "000000" }), { code: "INVALID_FACTOR" });
      await new Promise((resolve) => setTimeout(resolve, 100));
      await challenge.answer({ code: "123456" });
    },
  });
  const token = await client.accessToken();
  wantsStepUp();
  const names = ["a", "b", "c", "d"].map((name) => `${email} ${name}`);
  const created = await Promise.all(names.map((name) => client.post("/api/accounts", { body: { name } })));
  assert.deepEqual(created.map((answer) => answer.data.name), names);
  assert.deepEqual(asked, [["REAUTHENTICATION_REQUIRED", ["totp"]]]);
  assert.equal(await client.accessToken(), token, "the same access token goes on");
});

test("a step-up that is given up is the refusal, and its error where it throws one", async () => {
  const { client } = await stack.signedIn({ baseUrl: proxy.url, onChallenge: async () => {} });
  wantsStepUp();
  await assert.rejects(client.post("/api/accounts", { body: { name: "x" } }), { code: "REAUTHENTICATION_REQUIRED" });
  assert.equal(proxy.count("/api/accounts"), 1);

  const closed = new Error("closed");
  const onChallenge = () => Promise.reject(closed);
  const { client: other } = await stack.signedIn({ baseUrl: proxy.url, onChallenge });
  await assert.rejects(other.post("/api/accounts", { body: { name: "x" } }), closed);
});

test("without a callback a step-up is an error", async () => {
  const { client } = await stack.signedIn({ baseUrl: proxy.url });
  wantsStepUp();
  await assert.rejects(client.post("/api/accounts", { body: { name: "x" } }), { code: "REAUTHENTICATION_REQUIRED" });
});

/** Demands the code 123456 after the right password. */
function wantsSecondFactor() {
  /** @type {Response} */
  let login;
  proxy.fate = async (request) => {
    if (request.path === "/api/auth/login") {
      login = await proxy.forward(request);
      const more = { loginToken: "login-token", methods: ["totp", "recovery_code"], expiresIn: 300 };
      return login.ok ? problem(401, "SECOND_FACTOR_REQUIRED", more) : { status: 401, body: await login.json() };
    }
    if (request.path === "/api/auth/login/second-factor") {
      const { loginToken, code } = JSON.parse(request.body);
      return loginToken === "login-token" && code === "123456"
        ? { status: 200, body: await login.json(), headers: { "Content-Type": "application/json" } }
        : problem(401, "INVALID_FACTOR");
    }
    return undefined;
  };
}

test("a sign-in asks for the second factor", async () => {
  const { email, password, id } = await stack.person();
  const asked = /** @type {unknown[]} */ ([]);
  const client = createAccountsClient({
    baseUrl: proxy.url,
    onChallenge: async (challenge) => {
      asked.push([challenge.reason, challenge.methods, challenge.loginToken]);
      await assert.rejects(challenge.answer({ code: "000000" }), { code: "INVALID_FACTOR" });
      assert.equal(await client.isSignedIn(), false);
      await challenge.answer({ code: "123456" });
    },
  });
  wantsSecondFactor();
  await assert.rejects(client.signIn({ email, password: "something else" }), { code: "INVALID_CREDENTIALS" });
  assert.deepEqual(asked, []);
  await client.signIn({ email, password });
  assert.deepEqual(asked, [["SECOND_FACTOR_REQUIRED", ["totp", "recovery_code"], "login-token"]]);
  assert.equal((await client.get("/api/users/me")).data.id, id);
});

test("a sign-in without an answer fails closed", async () => {
  const { email, password } = await stack.person();
  wantsSecondFactor();
  for (const options of [{}, { onChallenge: async () => {} }]) {
    const client = createAccountsClient({ baseUrl: proxy.url, ...options });
    await assert.rejects(client.signIn({ email, password }), { code: "SECOND_FACTOR_REQUIRED" });
    assert.equal(await client.isSignedIn(), false);
  }
});
