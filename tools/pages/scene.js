// The local stack, a browser and the example page, and people for them.
import { once } from "node:events";
import { Authenticator } from "../../clients/typescript/test/authenticator.js";
import { Browser } from "../../clients/typescript/test/browser.js";
import { Stack } from "../../clients/typescript/test/stack.js";
import { spa } from "../../examples/spa/serve.js";

const PASSWORD = "a difference engine";

export class Scene {
  static async start() {
    const scene = new Scene();
    scene.stack = await Stack.start();
    scene.server = spa(scene.stack.url).listen(0, "127.0.0.1");
    await once(scene.server, "listening");
    scene.browser = await Browser.start();
    // Pages ask for passkeys at a name only, and the device of a headless browser has none of its own.
    scene.url = scene.stack.url.replace("127.0.0.1", "localhost");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
    await scene.browser.post("/webauthn/authenticator", options);
    await scene.browser.post("/timeouts", { script: 120_000 });
    return scene;
  }

  async stop() {
    await this.browser?.stop();
    this.server?.closeAllConnections();
    this.server?.close();
    await this.stack?.stop();
  }

  /** The address of the example page. */
  get spa() {
    return `http://127.0.0.1:${this.server.address().port}/`;
  }

  /** Another document first: a new fragment alone would load nothing. */
  async open(url) {
    await this.browser.open("about:blank");
    await this.browser.open(url);
  }

  /** Sends `values` by a form of one of the service's pages, and waits for `next`. */
  async submit(form, values, next) {
    for (const [selector, value] of Object.entries(values)) await this.browser.fill(selector, value);
    await this.browser.click(`[data-form="${form}"] button[type=submit]`);
    await this.browser.find(next.startsWith("[") ? next : `[data-state="${next}"]`);
  }

  /** The link to `page` in the newest mail to `address`. */
  async link(address, page, subject = "") {
    const pattern = new RegExp(`https?://\\S+/${page}#\\S+`);
    for (let tries = 0; tries < 400; tries += 1) {
      const response = await fetch(`${this.stack.url}/_local/mailbox.json?to=${encodeURIComponent(address)}`);
      const mails = await response.json();
      const found = mails.filter((mail) => mail.subject.includes(subject)).map((mail) => pattern.exec(mail.text ?? "")).find(Boolean);
      if (found) return found[0].replace(/^https?:\/\/[^/]+/, this.stack.url);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no mail to ${address} with a link to /${page}`);
  }

  /** A person with an account, signed in. Pages ask for names and addresses as people have them. */
  async person(firstName, lastName, accountName) {
    const { createAccountsClient } = await import("../../clients/typescript/dist/index.js");
    const email = `${firstName.toLowerCase()}@example.com`;
    const client = createAccountsClient({ baseUrl: this.stack.url });
    const body = { email, password: PASSWORD, firstName, lastName, accountName, country: "GB" };
    const { data } = await client.post("/api/accounts/signup", { body });
    await client.signIn({ email, password: PASSWORD });
    return { client, email, password: PASSWORD, accountId: data.accountId, id: data.id };
  }

  /** The same, whose address is verified. */
  async provenPerson(firstName, lastName, accountName) {
    const person = await this.person(firstName, lastName, accountName);
    const token = (await this.link(person.email, "verify-email")).split("#token=")[1];
    await person.client.post("/api/auth/verify-email", { body: { token, password: PASSWORD } });
    return person;
  }

  async invite(inviter, email, firstName, lastName, roles = ["user", "viewer"]) {
    const body = { email, firstName, lastName, roles };
    const params = { path: { id: inviter.accountId } };
    const { data } = await inviter.client.post("/api/accounts/{id}/users", { params, body });
    return data;
  }

  /** The authenticator app that shows the codes of `secret`, by the stack's clock. */
  authenticator(secret) {
    return new Authenticator(this.stack, secret);
  }
}
