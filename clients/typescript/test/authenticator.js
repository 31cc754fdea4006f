// An authenticator app: the codes of a secret (RFC 6238), by the clock of the stack.
import { createHmac } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PERIOD = 30; // seconds

export class Authenticator {
  /**
   * @param {import("./stack.js").Stack} stack
   * @param {string} secret in Base32; spaces do not count
   */
  constructor(stack, secret) {
    this.stack = stack;
    this.key = decoded(secret.replaceAll(" ", ""));
    this.used = 0;
  }

  /** A code that was not used yet: each is good once, and the service takes the next one too. */
  async code() {
    const now = Math.floor((await this.stack.now()) / PERIOD);
    this.used = Math.max(now, this.used + 1);
    if (this.used > now + 1) {
      await this.stack.advance((this.used - now) * PERIOD);
    }
    return codeOf(this.key, this.used);
  }

  /** A code that is wrong now. */
  async wrongCode() {
    const now = Math.floor((await this.stack.now()) / PERIOD);
    const good = [-1, 0, 1, 2].map((step) => codeOf(this.key, now + step));
    return ["000000", "111111", "222222", "333333", "444444"].find((code) => !good.includes(code)) ?? "";
  }
}

/** @param {string} text */
function decoded(text) {
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/**
 * RFC 4226, section 5.3.
 * @param {Buffer} key
 * @param {number} counter
 */
function codeOf(key, counter) {
  const moment = Buffer.alloc(8);
  moment.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac("sha1", key).update(moment).digest();
  const start = digest.readUInt8(digest.length - 1) & 15;
  return String((digest.readUInt32BE(start) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
