// Passkeys: from the API's JSON to what the browser takes, and back (Web Authentication Level 3, section 5.1). Before `security.js`.
const passkeys = (() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => {
    const letters = [...new Uint8Array(buffer)].map((byte) => String.fromCharCode(byte)).join("");
    return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const descriptors = (list) => list.map((one) => ({ ...one, id: bytes(one.id) }));
  const codes = { InvalidStateError: "PASSKEY_ALREADY_REGISTERED", SecurityError: "PASSKEYS_ELSEWHERE" };

  /** What the person's device makes of it; `code` is null where there is an answer. */
  const asked = async (ceremony, names) => {
    try {
      const { id, rawId, type, response } = await ceremony();
      const given = names.filter((name) => response[name]);
      const members = given.map((name) => [name, text(response[name])]);
      return { code: null, answer: { id, rawId: text(rawId), type, response: Object.fromEntries(members) } };
    } catch (error) {
      return { code: codes[error.name] ?? "PASSKEY_NOT_USED", mistakes: [] };
    }
  };

  const create = (options) => {
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    };
    return asked(() => navigator.credentials.create({ publicKey }), ["clientDataJSON", "attestationObject"]);
  };

  const get = (options) => {
    const allowCredentials = descriptors(options.allowCredentials);
    const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials };
    const names = ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
    return asked(() => navigator.credentials.get({ publicKey }), names);
  };

  return { create, get, supported: Boolean(window.PublicKeyCredential) };
})();
