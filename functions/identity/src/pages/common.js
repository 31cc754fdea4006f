// What every page does: show one state at a time, ask the API, and say what it refused. There are no words here; they all stand in
// the page. Text from the API becomes text and never markup.
"use strict";
const page = (() => {
  // Beside this file, whatever comes before it in the address: a stage, a path of a domain's own, or nothing.
  const api = new URL("../api/", document.currentScript.src);
  const language = document.documentElement.lang;
  const patience = 30_000; // milliseconds; the API gives up after 29 s

  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const state = (name) => one(`[data-state="${name}"]`);
  const words = (id, code) => one(`[data-code="${CSS.escape(code)}"]`, one(`#${id}`).content)?.textContent;
  const problemWords = (code) => words("problems", code) ?? words("problems", "UNEXPECTED");

  /** Shows one state and nothing else; once something has happened, the focus goes there, so that it is spoken. */
  const show = (name, { focus = true } = {}) => {
    for (const other of all("[data-state]")) other.hidden = other.dataset.state !== name;
    const heading = one("h2, .lead", state(name));
    if (focus && heading) heading.focus();
  };

  /** Asks the API. `code` is null where it succeeded. */
  const call = async (method, path, body, headers = {}) => {
    let response;
    try {
      response = await fetch(new URL(path, api), {
        method,
        headers: { ...(body && { "Content-Type": "application/json" }), ...headers },
        body: body && JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        signal: AbortSignal.timeout(patience),
      });
      const text = await response.text();
      const answer = text ? JSON.parse(text) : {};
      return response.ok
        ? { code: null, answer }
        : { code: answer.code ?? "UNEXPECTED", mistakes: answer.errors ?? [], answer };
    } catch {
      return { code: response ? "UNEXPECTED" : "UNREACHABLE", mistakes: [] };
    }
  };

  const post = (path, body, headers) => call("POST", path, body, headers);

  let busy = false;
  /** Does one thing at a time, and says that it takes a moment. */
  const during = async (work) => {
    if (busy) return;
    busy = true;
    const wait = one("#wait");
    wait.textContent = wait.dataset.text;
    for (const button of all("button")) button.setAttribute("aria-disabled", "true");
    try {
      await work();
    } finally {
      busy = false;
      wait.textContent = "";
      for (const button of all("button")) button.removeAttribute("aria-disabled");
    }
  };

  const clear = (form) => {
    for (const place of all("[data-mistake], [data-problem]", form)) place.textContent = "";
    for (const input of all("input", form)) input.removeAttribute("aria-invalid");
  };

  const mark = (form, name, sentence) => {
    const input = form.elements.namedItem(name);
    const place = one(`[data-mistake="${CSS.escape(name)}"]`, form);
    if (!input || !place) return false;
    const hidden = input.closest("fieldset[hidden]");
    if (hidden) hidden.hidden = false;
    place.textContent = sentence;
    input.setAttribute("aria-invalid", "true");
    return true;
  };

  /** Says what the API refused: beside the fields, or above the buttons. */
  const refuse = (form, { code, mistakes }) => {
    const places = mistakes.map(({ pointer, code, detail }) =>
      mark(form, pointer.replace(/^\//, ""), words("mistakes", code) ?? detail),
    );
    if (!places.length || places.includes(false)) {
      one("[data-problem]", form).textContent = problemWords(code);
    }
    one('[aria-invalid="true"]', form)?.focus();
  };

  /** Whether every visible field that has to be filled in is. */
  const complete = (form) => {
    const missing = all("input[required]", form).filter((input) => !input.value && !input.closest("[hidden]"));
    for (const input of missing) mark(form, input.name, words("mistakes", "REQUIRED"));
    missing[0]?.focus();
    return !missing.length;
  };

  const filled = (form) => {
    const inputs = all("input[name]", form).filter((input) => input.value && !input.closest("[hidden]"));
    return Object.fromEntries(inputs.map((input) => [input.name, input.value]));
  };

  const fill = (shown) => {
    for (const place of all("[data-fill]")) {
      const text = shown[place.dataset.fill] ?? "";
      if (place instanceof HTMLInputElement) place.defaultValue = text;
      else place.textContent = text;
    }
  };

  for (const choice of all("[data-reveals]")) {
    const input = one(`#${choice.dataset.reveals}`);
    const follow = () => {
      input.type = choice.checked ? "text" : "password";
    };
    choice.addEventListener("change", follow);
    choice.form.addEventListener("reset", () => setTimeout(follow));
  }

  // The reader's own way to write dates, where it is of the page's language.
  const region = navigator.languages.find((own) => own.split("-")[0] === language) ?? language;
  const dates = new Intl.DateTimeFormat(region, { dateStyle: "long", timeStyle: "short" });

  return { all, api, call, clear, complete, dates, during, fill, filled, language, mark, one, post, problemWords, refuse, show, state, words };
})();
