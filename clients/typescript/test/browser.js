// Chromium, driven by WebDriver (W3C Recommendation) over plain HTTP.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The key of an element's reference (WebDriver, *Elements*). */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

export class Browser {
  /**
   * @param {string} session
   * @param {import("node:child_process").ChildProcess} driver
   * @param {string} folder
   */
  constructor(session, driver, folder) {
    this.session = session;
    this.driver = driver;
    this.folder = folder;
  }

  /** A browser that has never been used before. Its processes end with `stop`. */
  static async start() {
    const folder = await mkdtemp(join(tmpdir(), "browser-"));
    const { driver, port } = await startDriver(folder);
    const options = {
      args: [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--window-size=1000,900",
        `--user-data-dir=${join(folder, "profile")}`,
      ],
    };
    const capabilities = {
      browserName: "chrome",
      "goog:loggingPrefs": { browser: "ALL" },
      "goog:chromeOptions": options,
    };
    const url = `http://127.0.0.1:${port}/session`;
    const { sessionId } = /** @type {{ sessionId: string }} */ (
      await call("POST", url, { capabilities: { alwaysMatch: capabilities } })
    );
    return new Browser(`${url}/${sessionId}`, driver, folder);
  }

  /** @param {string} path @param {object} body */
  post(path, body) {
    return call("POST", this.session + path, body);
  }

  /** @param {string} url */
  async open(url) {
    await this.post("/url", { url });
  }

  /** Opens another tab, and goes on there. */
  async newTab() {
    const { handle } = /** @type {{ handle: string }} */ (await this.post("/window/new", { type: "tab" }));
    await this.switchTo(handle);
    return handle;
  }

  /** The present tab. */
  async tab() {
    return /** @type {string} */ (await call("GET", `${this.session}/window`));
  }

  /** @param {string} handle */
  async switchTo(handle) {
    await this.post("/window", { handle });
  }

  /**
   * What `script`, the body of a function, returns.
   * @param {string} script
   * @param {unknown[]} args
   * @returns {Promise<any>}
   */
  run(script, ...args) {
    return this.post("/execute/sync", { script, args });
  }

  /**
   * The first visible element that `selector` matches and whose text has `text`, once there is one.
   * @param {string} selector
   * @param {string} text
   */
  async find(selector, text = "") {
    const script = `return [...document.querySelectorAll(arguments[0])]
      .find((e) => e.checkVisibility() && e.textContent.includes(arguments[1])) ?? null`;
    for (let tries = 0; tries < 500; tries += 1) {
      const found = await this.run(script, selector, text);
      if (found?.[ELEMENT]) {
        return /** @type {string} */ (found[ELEMENT]);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no ${selector} with "${text}" on this page:\n${await this.run("return document.body.innerText")}`);
  }

  /** @param {string} selector @param {string} text */
  async click(selector, text = "") {
    await this.post(`/element/${await this.find(selector, text)}/click`, {});
  }

  /** @param {string} selector @param {string} value */
  async fill(selector, value) {
    const element = await this.find(selector);
    await this.post(`/element/${element}/clear`, {});
    await this.post(`/element/${element}/value`, { text: value });
  }

  /** What the browser complained about since the last call, but for refusals of the API. */
  async complaints() {
    const log = /** @type {{ message: string }[]} */ (await this.post("/se/log", { type: "browser" }));
    const messages = log.map((entry) => entry.message);
    return messages.filter((message) => !/\/api\/.*the server responded with a status/.test(message));
  }

  async stop() {
    await call("DELETE", this.session);
    const exit = once(this.driver, "exit");
    this.driver.kill();
    await exit;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * A driver and its port. It wants the same port of IPv4 and of IPv6, and ends where another process has one of them.
 * @param {string} home
 */
async function startDriver(home) {
  for (let tries = 0; tries < 10; tries += 1) {
    const env = { ...process.env, HOME: home };
    const driver = spawn("chromedriver", ["--port=0"], { env, stdio: ["ignore", "pipe", "ignore"] });
    const failed = once(driver, "error").then(([error]) => Promise.reject(error));
    const started = (async () => {
      for await (const line of createInterface(driver.stdout)) {
        const port = /successfully on port (\d+)/.exec(line)?.[1];
        if (port) {
          driver.stdout.resume();
          return port;
        }
      }
      return null;
    })();
    const port = await Promise.race([started, failed]);
    if (port !== null) {
      failed.catch(() => undefined);
      return { driver, port };
    }
  }
  throw new Error("chromedriver ends at once, every time");
}

/**
 * @param {string} method
 * @param {string} url
 * @param {object} [body]
 */
async function call(method, url, body) {
  const response = await fetch(url, { method, body: body === undefined ? null : JSON.stringify(body) });
  const { value } = /** @type {{ value: any }} */ (await response.json());
  if (value?.error) {
    throw new Error(`${url}: ${value.message}`);
  }
  return value;
}
