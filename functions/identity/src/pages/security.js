// `/security`: signs in by itself, and manages second factors, sessions, password and address. Tokens are in memory alone.
// `common.js` comes before this.
(() => {
  const { all, call, clear, complete, dates, during, fill, filled, one, post, problemWords, refuse, show, state, words } = page;

  /** The tokens of the session. */
  let session = null;
  /** The token between the password and the second factor. */
  let loginToken = null;
  /** What goes on once the person has authenticated again. */
  let waiting = null;
  /** The enrolment that waits for its first code. */
  let enrolmentToken = null;
  /** The second factors, as they were read last. */
  let factors = null;

  const form = (name) => one(`[data-form="${name}"]`);

  const signedOut = (code) => {
    session = null;
    show("sign-in");
    if (code) one("[data-problem]", form("sign-in")).textContent = problemWords(code);
  };

  /** Asks in the session. An access token that has run out is replaced once. */
  const ask = async (method, path, body) => {
    const asked = () => call(method, path, body, { Authorization: `Bearer ${session.accessToken}` });
    const answer = await asked();
    if (answer.code !== "UNAUTHENTICATED") return answer;
    const refreshed = await post("auth/refresh", { refreshToken: session.refreshToken });
    if (!refreshed.code) {
      session = refreshed.answer;
      const second = await asked();
      if (second.code !== "UNAUTHENTICATED") return second;
    }
    signedOut("UNAUTHENTICATED");
    return null;
  };

  /** Shows the fields of `within` that are for `method`, and offers the others of `methods`. */
  const choose = (within, method, methods = within.dataset.methods.split(" ")) => {
    within.dataset.methods = methods.join(" ");
    within.dataset.method = method;
    for (const part of all(".field[data-method]", within)) part.hidden = part.dataset.method !== method;
    for (const part of all("[data-choose]", within)) {
      const other = part.dataset.choose;
      part.hidden = other === method || !methods.includes(other) || (other === "passkey" && !passkeys.supported);
    }
  };

  /** The method to begin with: a passkey asks for nothing to be typed. */
  const first = (methods) => ["passkey", "totp", "recovery_code"].find((method) => methods.includes(method) && (method !== "passkey" || passkeys.supported));

  /** The use of a passkey as a member of a body; `code` is null where there is one. */
  const assertion = async (body) => {
    const options = await post("auth/passkey/options", body);
    if (options.code) return options;
    const used = await passkeys.get(options.answer);
    return used.code ? used : { code: null, answer: { credential: used.answer } };
  };

  /** What the person proves in `within`: what they typed, or a passkey. */
  const proof = (within, body) => (within.dataset.method === "passkey" ? assertion(body) : { code: null, answer: filled(within) });

  /** Does `work`, whose answer it hands to `then`. If the session is not recent enough, the person authenticates again before. */
  const act = (within, work, then) =>
    during(async () => {
      const go = async () => {
        const answer = await work();
        if (!answer) return;
        if (answer.code === "REAUTHENTICATION_REQUIRED") return authenticateAgain(go);
        if (!answer.code) return then(answer.answer);
        show(within.closest("[data-state]").dataset.state);
        refuse(within, answer);
      };
      clear(within);
      await go();
    });

  const authenticateAgain = (go) => {
    waiting = go;
    const again = form("again");
    again.reset();
    clear(again);
    const methods = [...(factors?.passkeys.length ? ["passkey"] : []), ...(factors?.totp ? ["totp"] : [])];
    if (methods.length && factors.recoveryCodesLeft) methods.push("recovery_code");
    choose(again, methods.length ? first(methods) : "password", methods);
    show("again");
  };

  /** A row of the template `id`, filled with `texts`, whose buttons do what `actions` says. */
  const row = (id, texts, actions) => {
    const copy = one(`#${id}`).content.cloneNode(true);
    for (const place of all("[data-text]", copy)) place.textContent = texts[place.dataset.text] ?? "";
    for (const part of all("[data-when]", copy)) part.hidden = !texts[part.dataset.when];
    for (const button of all("button", copy)) {
      button.setAttribute("aria-label", `${button.textContent}: ${texts.label}`);
      button.addEventListener("click", actions[button.dataset.row]);
    }
    return copy;
  };

  const listSessions = (sessions) => {
    const rows = sessions.map((other) => {
      const texts = {
        label: other.userAgent || words("labels", "unknown"),
        device: other.userAgent || words("labels", "unknown"),
        used: dates.format(new Date(other.lastUsedAt)),
        current: other.current,
        other: !other.current,
      };
      const end = () => act(form("sessions"), () => ask("DELETE", `users/me/sessions/${other.id}`), overview);
      return row("session", texts, { end });
    });
    one("#sessions").replaceChildren(...rows);
    one('[data-action="endOthers"]').hidden = sessions.length < 2;
  };

  /** The passkey that gets another name; null for a new one. */
  let renamed = null;

  const namePasskey = (passkey) => {
    renamed = passkey;
    const within = form("passkey");
    within.reset();
    clear(within);
    one("#passkey-name").value = passkey?.name ?? "";
    show("passkey");
  };

  const listPasskeys = (listed) => {
    const rows = listed.map((passkey) => {
      const texts = {
        label: passkey.name,
        name: passkey.name,
        added: dates.format(new Date(passkey.createdAt)),
        used: passkey.lastUsedAt && dates.format(new Date(passkey.lastUsedAt)),
      };
      const remove = () => act(form("factors"), () => ask("DELETE", `users/me/factors/passkeys/${passkey.id}`), overview);
      return row("passkey", texts, { rename: () => namePasskey(passkey), remove });
    });
    one("#passkeys").replaceChildren(...rows);
  };

  /** A new passkey of the device, registered as `name`. */
  const addPasskey = async (name) => {
    const options = await ask("POST", "users/me/factors/passkeys/options", {});
    if (!options || options.code) return options;
    const made = await passkeys.create(options.answer);
    if (made.code) return made;
    return ask("POST", "users/me/factors/passkeys", { name, credential: made.answer });
  };

  /** Reads everything that is shown, and shows it. */
  const overview = async () => {
    const answers = await Promise.all(
      ["users/me", "users/me/factors", "users/me/sessions?$orderby=lastUsedAt%20desc"].map((path) => ask("GET", path)),
    );
    if (answers.includes(null)) return;
    const failed = answers.find(({ code }) => code);
    if (failed) return signedOut(failed.code);
    const [person, own, sessions] = answers.map(({ answer }) => answer);
    factors = own;
    fill({
      email: person.email,
      recoveryCodesLeft: String(own.recoveryCodesLeft),
      totpSince: own.totp ? dates.format(new Date(own.totp.createdAt)) : "",
    });
    const factor = own.totp || own.passkeys.length;
    const shown = {
      proven: person.emailVerified,
      unproven: !person.emailVerified,
      totp: own.totp,
      noTotp: !own.totp,
      passkeys: own.passkeys.length,
      factor,
      noFactor: !factor,
    };
    for (const part of all("[data-shown]")) part.hidden = !shown[part.dataset.shown];
    listPasskeys(own.passkeys);
    listSessions(sessions.value);
    show("overview");
  };

  const begin = (tokens) => {
    session = tokens;
    loginToken = null;
    return overview();
  };

  /** A square of squares, as large as the page is wide. */
  const draw = ({ size, path }) => {
    const element = (name, attributes) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      return made;
    };
    const quiet = 4; // modules around the code (ISO/IEC 18004)
    const box = `${-quiet} ${-quiet} ${size + 2 * quiet} ${size + 2 * quiet}`;
    const code = element("svg", { viewBox: box, role: "img", "aria-label": words("labels", "qr"), class: "qr" });
    code.append(element("rect", { x: -quiet, y: -quiet, width: "100%", height: "100%", fill: "#fff" }));
    code.append(element("path", { d: path, fill: "#000" }));
    one("#qr").replaceChildren(code);
  };

  const showCodes = (codes) => {
    const item = (code) => {
      const made = document.createElement("li");
      made.textContent = code;
      return made;
    };
    one("#codes").replaceChildren(...codes.map(item));
    show("codes");
  };

  const submits = {
    "sign-in": (within) =>
      during(async () => {
        clear(within);
        if (!complete(within)) return;
        const answer = await post("auth/login", filled(within));
        if (answer.code === "SECOND_FACTOR_REQUIRED") {
          loginToken = answer.answer.loginToken;
          within.reset();
          form("second-factor").reset();
          clear(form("second-factor"));
          const { methods } = answer.answer;
          choose(form("second-factor"), first(methods), methods);
          return show("second-factor");
        }
        if (answer.code) return refuse(within, answer);
        within.reset();
        await begin(answer.answer);
      }),
    "second-factor": (within) =>
      during(async () => {
        clear(within);
        if (!complete(within)) return;
        const given = await proof(within, { loginToken });
        if (given.code) return refuse(within, given);
        const answer = await post("auth/login/second-factor", { loginToken, ...given.answer });
        if (["TOKEN_EXPIRED", "INVALID_TOKEN"].includes(answer.code)) return signedOut(answer.code);
        if (answer.code) return refuse(within, answer);
        within.reset();
        await begin(answer.answer);
      }),
    again: (within) =>
      during(async () => {
        clear(within);
        if (!complete(within)) return;
        const given = await proof(within, {});
        if (given.code) return refuse(within, given);
        const answer = await ask("POST", "auth/reauthenticate", given.answer);
        if (!answer) return;
        if (answer.code) return refuse(within, answer);
        within.reset();
        const go = waiting;
        waiting = null;
        await go?.();
      }),
    enrol: (within) => {
      if (!complete(within)) return;
      const body = { enrolmentToken, ...filled(within) };
      act(within, () => ask("POST", "users/me/factors/totp/confirm", body), (answer) => {
        within.reset();
        return answer.recoveryCodes ? showCodes(answer.recoveryCodes) : overview();
      });
    },
    passkey: (within) => {
      if (!complete(within)) return;
      const { name } = filled(within);
      const path = `users/me/factors/passkeys/${renamed?.id}`;
      act(within, () => (renamed ? ask("PATCH", path, { name }) : addPasskey(name)), (answer) => {
        within.reset();
        return answer.recoveryCodes ? showCodes(answer.recoveryCodes) : overview();
      });
    },
    password: (within) => {
      if (!complete(within)) return;
      act(within, () => ask("POST", "auth/password", filled(within)), () => {
        within.reset();
        show("password-changed");
      });
    },
    email: (within) => {
      if (!complete(within)) return;
      act(within, () => ask("POST", "users/me/email", filled(within)), () => {
        within.reset();
        show("email-asked");
      });
    },
  };

  const actions = {
    enrol: () =>
      act(form("factors"), () => ask("POST", "users/me/factors/totp", {}), (answer) => {
        enrolmentToken = answer.enrolmentToken;
        draw(answer.qrCode);
        fill({ secret: answer.secret.replace(/(.{4})(?=.)/g, "$1 ") });
        clear(form("enrol"));
        show("enrol");
      }),
    passkeySignIn: () =>
      during(async () => {
        const within = form("sign-in");
        clear(within);
        const given = await assertion({});
        if (given.code) return refuse(within, given);
        const answer = await post("auth/passkey/login", given.answer);
        if (answer.code) return refuse(within, answer);
        within.reset();
        await begin(answer.answer);
      }),
    namePasskey: () => namePasskey(null),
    removeTotp: () => act(form("factors"), () => ask("DELETE", "users/me/factors/totp"), overview),
    newCodes: () =>
      act(form("factors"), () => ask("POST", "users/me/factors/recovery-codes", {}), ({ recoveryCodes }) => showCodes(recoveryCodes)),
    endOthers: () => act(form("sessions"), () => ask("DELETE", "users/me/sessions"), overview),
    overview: () => during(overview),
    password: () => show("password"),
    email: () => show("email"),
    signOut: () =>
      during(async () => {
        await post("auth/logout", { refreshToken: session.refreshToken });
        signedOut();
      }),
  };

  for (const each of all("form[data-form]")) {
    each.addEventListener("submit", (event) => {
      event.preventDefault();
      submits[each.dataset.form]?.(each);
    });
  }
  for (const button of all("[data-action]")) button.addEventListener("click", actions[button.dataset.action]);
  for (const button of all("[data-choose]")) {
    button.addEventListener("click", () => choose(button.form, button.dataset.choose));
  }
  for (const part of all("[data-passkeys]")) part.hidden = !passkeys.supported;
  // A page that is left leaves no session behind.
  addEventListener("pagehide", () => {
    if (!session) return;
    const body = JSON.stringify({ refreshToken: session.refreshToken });
    const headers = { "Content-Type": "application/json" };
    fetch(new URL("auth/logout", page.api), { method: "POST", headers, body, keepalive: true, credentials: "omit" });
    session = null;
  });
  // From the history, with its session ended.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  show(state("sign-in") ? "sign-in" : "failed", { focus: false });
})();
