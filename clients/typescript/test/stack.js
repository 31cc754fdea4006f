// The local stack, as `cargo run` starts it, on a free port and in memory.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createAccountsClient } from "../dist/index.js";
import { Authenticator } from "./authenticator.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const password = "a difference engine";
let people = 0;

export class Stack {
  /**
   * @param {string} url
   * @param {import("node:child_process").ChildProcess} process
   */
  constructor(url, process) {
    this.url = url;
    this.process = process;
  }

  /** A started stack. `ACCOUNTS_LOCAL` names a built binary to use instead of `cargo run`. */
  static async start() {
    const binary = process.env["ACCOUNTS_LOCAL"];
    const [command, first] = binary ? [binary, []] : ["cargo", ["run", "--locked", "--quiet", "--"]];
    const options = ["--port", "0", "--memory"];
    const env = { RUST_LOG: "error", ...process.env };
    const child = spawn(command, [...first, ...options], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface(child.stdout)) {
      const found = /listening on (http:\/\/\S+)/.exec(line);
      if (found?.[1]) {
        child.stdout.resume();
        return new Stack(found[1].replace(/\/$/, ""), child);
      }
    }
    throw new Error("the local stack ended before it listened");
  }

  async stop() {
    if (this.process.exitCode === null) {
      const exit = once(this.process, "exit");
      this.process.kill("SIGINT");
      await exit;
    }
  }

  /** The service's time in Unix seconds. */
  async now() {
    const response = await fetch(`${this.url}/_local/clock`);
    const { now } = /** @type {{ now: string }} */ (await response.json());
    return Date.parse(now) / 1000;
  }

  /** @param {number} seconds */
  async advance(seconds) {
    const body = JSON.stringify({ advanceSeconds: seconds });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${this.url}/_local/clock`, { method: "POST", headers, body });
    if (!response.ok) {
      throw new Error(await response.text());
    }
  }

  /**
   * The token in the newest mail to `address`, once there is one.
   * @param {string} address
   * @param {string} subject
   */
  async mailedToken(address, subject) {
    for (let tries = 0; tries < 200; tries += 1) {
      const response = await fetch(`${this.url}/_local/mailbox.json?to=${encodeURIComponent(address)}`);
      const mails = /** @type {{subject: string, text: string}[]} */ (await response.json());
      const mail = mails.find((mail) => mail.subject.includes(subject));
      const token = /#token=([\w.-]+)/.exec(mail?.text ?? "")?.[1];
      if (token) {
        return token;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no mail to ${address}`);
  }

  /**
   * A person who has just signed up.
   * @param {Partial<import("../dist/index.js").AccountsOptions>} options
   */
  async person(options = {}) {
    people += 1;
    const email = `person${people}@example.com`;
    const client = createAccountsClient({ baseUrl: this.url, ...options });
    const { data } = await client.post("/api/accounts/signup", {
      body: { email, password, firstName: "Ada", lastName: "Lovelace", accountName: `Account ${email}`, country: "GB" },
    });
    return { client, email, password, accountId: data.accountId, id: data.id };
  }

  /** @param {Partial<import("../dist/index.js").AccountsOptions>} options */
  async signedIn(options = {}) {
    const person = await this.person(options);
    await person.client.signIn({ email: person.email, password });
    return person;
  }

  /**
   * A person with an authenticator app as their second factor, signed in with both factors.
   * @param {Partial<import("../dist/index.js").AccountsOptions>} options
   */
  async withSecondFactor(options = {}) {
    const person = await this.signedIn(options);
    const token = await this.mailedToken(person.email, "erify");
    await person.client.post("/api/auth/verify-email", { body: { token, password } });
    const { data: enrolment } = await person.client.post("/api/users/me/factors/totp");
    const authenticator = new Authenticator(this, enrolment.secret);
    const code = await authenticator.code();
    await person.client.post("/api/users/me/factors/totp/confirm", { body: { enrolmentToken: enrolment.enrolmentToken, code } });
    return { ...person, authenticator };
  }
}
