// `/_local/`: the console, the mails as pages of their own, and the API reference

export async function* console_(scene) {
  const { browser, url } = scene;
  const at = async (view, selector) => {
    await scene.open(`${url}/_local/#/${view}`);
    await browser.find(selector);
  };
  await at("overview", ".list li");
  yield { name: "console, overview" };
  await at("requests", ".list li");
  await browser.fill("main input", "signup");
  await browser.click("[data-route='POST /api/accounts/signup'] summary");
  await browser.find("details[open] .condition");
  yield { name: "console, requests" };
  await at("mailbox", "article pre");
  yield { name: "console, mailbox" };
  await browser.click("[data-form=HTML]");
  await browser.find("article iframe");
  yield { name: "console, mail as HTML" };
  await browser.click("[data-form=Source]");
  await browser.find("article dl");
  yield { name: "console, mail as source" };
  await at("directory", ".list li");
  // By script: news of the stack makes the rows anew.
  await browser.run("for (const kind of ['person', 'account']) document.querySelector(`[data-key^=${kind}]`).open = true");
  yield { name: "console, people and accounts" };
  await at("changes", ".list table");
  yield { name: "console, changes" };
  await at("samples", "article iframe");
  yield { name: "console, every mail" };

  const mails = await (await fetch(`${scene.stack.url}/_local/mails.json`)).json();
  for (const { kind, html } of mails) {
    // The console shows mails without scripts, and axe is one.
    // Mail programs show it on their own canvas, which is dark by night.
    const canvas = "<style>:root { background: Canvas; color: CanvasText; }</style>";
    await scene.open(`data:text/html;charset=utf-8,${encodeURIComponent(html + canvas)}`);
    yield { name: `mail ${kind}`, narrow: false };
  }

  await fetch(`${scene.stack.url}/_local/mailbox`, { method: "DELETE" });
  await at("mailbox", ".empty");
  yield { name: "console, empty mailbox" };
}

export async function* reference(scene) {
  const { browser, url } = scene;
  const again = async () => {
    await scene.open(`${url}/_local/docs`);
    await browser.find("rapi-doc");
    await shown(browser, "#overview, #api-title, .section-gap");
  };
  await again();
  yield { name: "reference", again };
  const operation = async () => {
    await scene.open(`${url}/_local/docs#post-/api/accounts/signup`);
    await shown(browser, "api-request");
  };
  await operation();
  yield { name: "reference, one operation", again: operation };
}

/** Waits for what RapiDoc shows inside. */
async function shown(browser, selector) {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await browser.run("return Boolean(document.querySelector('rapi-doc')?.shadowRoot?.querySelector(arguments[0]))", selector)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`RapiDoc shows no ${selector}`);
}
