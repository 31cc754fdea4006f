// What the pages behind mailed links do: read the token of the link, and send it to the API once a button is pressed. `common.js`
// comes before this.
(() => {
  const { all, call, clear, complete, dates, during, fill, filled, language, mark, one, post, problemWords, show, state, words } = page;

  // Nothing can be tried again with these links.
  const dead = new Set([
    "INVALID_TOKEN",
    "TOKEN_EXPIRED",
    "INVITATION_NOT_FOUND",
    "INVITATION_NOT_PENDING",
    "INVITATION_EXPIRED",
    "TRANSFER_NOT_FOUND",
    "TRANSFER_EXPIRED",
    "ACCOUNT_NOT_FOUND",
    "USER_ALREADY_EXISTS",
  ]);

  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get("token") ?? "";
  const account = /^[1-9][0-9]*$/.exec(fragment.get("account") ?? "")?.[0] ?? "";
  if (location.hash) {
    // Out of the address bar, the history and whatever is copied from there.
    history.replaceState(null, "", location.pathname + location.search);
  }
  // Another link of the same kind, opened in this tab.
  addEventListener("hashchange", () => location.reload());

  /** What the link is for, which its token says first. */
  const purpose = () => {
    try {
      return atob(token.slice(0, 4).replaceAll("-", "+").replaceAll("_", "/")).charCodeAt(0);
    } catch {
      return 0;
    }
  };
  const undoes = 7; // of a change of the address

  let again = null;
  const fail = (code, retry = null) => {
    again = retry;
    one("[data-problem]", state("failed")).textContent = problemWords(code);
    one("[data-retry]").hidden = !retry;
    const remedy = one('[data-action="ask"]');
    if (remedy) remedy.hidden = !dead.has(code);
    show("failed");
  };

  /** Says what the API refused; if the link is dead, instead of the form. */
  const refuse = (form, failure) => (dead.has(failure.code) ? fail(failure.code) : page.refuse(form, failure));

  /** What a form sends, and what is shown once it has worked. */
  const forms = {
    accept: { path: "invitations/accept", done: "accepted", repeatable: true, token },
    verify: { path: "auth/verify-email", done: "done", token },
    disown: { path: "auth/password/reset", done: "disowned", token },
    reset: { path: "auth/password/reset", done: "done", token },
    forgot: { path: "auth/password/forgot", done: "asked" },
    change: { path: "users/me/email/confirm", done: "done", token },
    undo: { path: "users/me/email/undo", done: "undone", token },
  };

  const keys = new Map();
  /** The same key for the same body: if an answer is lost on its way, sending it again has no second effect. */
  const key = (body) => {
    const text = JSON.stringify(body);
    if (!keys.has(text)) {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      keys.set(text, Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""));
    }
    return keys.get(text);
  };

  /** Whoever has signed in on this page: kept here alone, and signed out again when the page has done its work. */
  let session = null;
  const authorization = () => ({ Authorization: `Bearer ${session.accessToken}` });

  const signIn = (form) =>
    during(async () => {
      clear(form);
      if (!complete(form)) return;
      const signedIn = await post("auth/login", filled(form));
      if (signedIn.code) return refuse(form, signedIn);
      session = signedIn.answer;
      form.reset();
      const { code, answer } = await call("GET", `accounts/${account}`, undefined, authorization());
      if (code) return fail(code);
      fill(answer);
      show("offer");
    });

  /** Accepts or declines the offer. */
  const answerOffer = (verb, done) =>
    during(async () => {
      const form = one('[data-form="offer"]');
      clear(form);
      const answer = await post(`accounts/${account}/owner/${verb}`, {}, authorization());
      if (answer.code) return refuse(form, answer);
      await post("auth/logout", { refreshToken: session.refreshToken });
      session = null;
      show(done);
    });

  const submit = (form) =>
    during(async () => {
      const { path, done, repeatable, token } = forms[form.dataset.form];
      clear(form);
      if (!complete(form)) return;
      const body = { ...(token && { token }), ...filled(form) };
      const answer = await post(path, body, repeatable ? { "Idempotency-Key": key(body) } : {});
      if (answer.code) return refuse(form, answer);
      form.reset();
      show(done);
    });

  const decline = () =>
    during(async () => {
      const form = one('[data-form="accept"]');
      clear(form);
      const answer = await post("invitations/decline", { token });
      if (answer.code) return refuse(form, answer);
      show(one('button[type="submit"]', form).hidden ? "left" : "declined");
    });

  /** Shows what the invitation is about. Nothing changes by that. */
  const lookUp = () =>
    during(async () => {
      show("loading");
      const { code, answer } = await post("invitations/lookup", { token });
      if (code) return fail(code, dead.has(code) ? null : lookUp);
      const roles = answer.roles.map((role) => words("roles", role) ?? role);
      // The link of a notice leaves, and accepts nothing.
      answer.invited = answer.status === "invited";
      answer.member = !answer.invited;
      const shown = {
        ...answer,
        roles: new Intl.ListFormat(language).format(roles),
        expiresAt: dates.format(new Date(answer.expiresAt)),
      };
      fill(shown);
      for (const place of all("time[data-fill]")) place.dateTime = answer.expiresAt;
      for (const part of all("[data-when]")) part.hidden = !answer[part.dataset.when];
      for (const part of all("[data-unless]")) part.hidden = answer[part.dataset.unless];
      show("ready", { focus: false });
    });

  /** Opens the link that was pasted: only its fragment counts, whatever a mail filter made of the rest. */
  const paste = (form) => {
    clear(form);
    const input = form.elements.namedItem("link");
    const pasted = /(?:#|%23|%2523)((?:token|account)=[\w-]+)/i.exec(input.value);
    if (!pasted) {
      mark(form, "link", one('[data-mistake="link"]', form).dataset.text);
      input.focus();
      return;
    }
    location.hash = pasted[1]; // and `hashchange` reloads the page
  };

  const actions = {
    decline,
    ask: () => show("ask"),
    disown: () => show("disown"),
    declineOffer: () => answerOffer("decline", "declined"),
    retry: () => again?.(),
  };

  for (const form of all("form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if ("paste" in form.dataset) paste(form);
      else if (form.dataset.form === "sign-in") signIn(form);
      else if (form.dataset.form === "offer") answerOffer("accept", "accepted");
      else submit(form);
    });
  }
  for (const button of all("[data-action]")) {
    button.addEventListener("click", actions[button.dataset.action]);
  }
  if (state("missing")) return;
  if (state("offer")) show(account ? "sign-in" : "nothing", { focus: false });
  else if (!token) show(state("ask") ? "ask" : "nothing", { focus: false });
  else if (state("loading")) lookUp();
  else if (state("undo") && purpose() === undoes) show("undo", { focus: false });
  else show("ready", { focus: false });
})();
