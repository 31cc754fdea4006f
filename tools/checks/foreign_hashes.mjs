// Hashes passwords as services in JavaScript do. tools/checks/foreign_hashes.py runs it, and says what it needs.
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const bcrypt = require("bcryptjs");
const { FirebaseScrypt } = require("firebase-scrypt");
const { scrypt } = require("@noble/hashes/scrypt.js");

const ascii = "correct horse battery staple";
const composed = "ma\u{f1}ana-por-la-ma\u{f1}ana";
const decomposed = composed.normalize("NFD");
const base64 = (bytes) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
const hashes = [];
const note = (by, password, hash) => hashes.push({ by, password, hash });

note("bcryptjs", ascii, bcrypt.hashSync(ascii, 10));
note("bcryptjs", decomposed, bcrypt.hashSync(decomposed, 6));

// As better-auth does: 16 bytes of salt in hexadecimal digits, over the NFKC form.
const salt = "5d41402abc4b2a76b9719d911017c592";
const derived = scrypt(composed.normalize("NFKC"), salt, { N: 16384, r: 16, p: 1, dkLen: 64 });
note("@noble/hashes, as better-auth uses it", decomposed, `$scrypt$ln=14,r=16,p=1$${base64(salt)}$${base64(derived)}`);

// The example of https://github.com/firebase/scrypt.
const parameters = {
  memCost: 14,
  rounds: 8,
  saltSeparator: "Bw==",
  signerKey: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
};
const firebase = new FirebaseScrypt(parameters);
for (const [password, salted] of [["user1password", "42xEC+ixf3L2lw=="], [decomposed, "c2FsdHNhbHQ="]]) {
  const hash = await firebase.hash(password, salted);
  const { memCost, rounds, saltSeparator, signerKey } = parameters;
  const how = `v=1,n=${memCost},r=${rounds},p=1,ss=${saltSeparator},sk=${signerKey}`;
  note("firebase-scrypt", password, `$fbscrypt$${how}$${salted}$${hash}`);
}
process.stdout.write(JSON.stringify(hashes));
