/** As much of Node's Buffer as the JavaScript SDK uses; applications have it from their bundler. */
const text = new TextEncoder();
const latin1 = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
const ofLatin1 = (string) => Uint8Array.from(string, (char) => char.charCodeAt(0));

const DECODE = {
  hex: (string) => Uint8Array.from(string.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16)),
  base64: (string) => ofLatin1(atob(string.replaceAll('-', '+').replaceAll('_', '/'))),
  latin1: ofLatin1,
  binary: ofLatin1,
  ascii: ofLatin1,
};
const ENCODE = {
  hex: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  base64: (bytes) => btoa(latin1(bytes)),
  latin1,
  binary: latin1,
  ascii: latin1,
};

class Buffer extends Uint8Array {
  static from(value, encoding, length) {
    if (typeof value === 'string') return new Buffer((DECODE[encoding] ?? ((string) => text.encode(string)))(value));
    if (value instanceof ArrayBuffer) return new Buffer(value, encoding, length);
    return new Buffer(value.data ?? value);
  }

  static alloc(size) {
    return new Buffer(size);
  }

  static allocUnsafe(size) {
    return new Buffer(size);
  }

  static isBuffer(value) {
    return value instanceof Buffer;
  }

  static isEncoding(name) {
    return name === 'utf8' || name === 'utf-8' || name in DECODE;
  }

  static byteLength(value) {
    return typeof value === 'string' ? text.encode(value).length : value.byteLength;
  }

  static concat(list) {
    const all = new Buffer(list.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const bytes of list) {
      all.set(bytes, at);
      at += bytes.length;
    }
    return all;
  }

  slice(start, end) {
    return this.subarray(start, end);
  }

  equals(other) {
    return this.length === other.length && this.every((byte, i) => byte === other[i]);
  }

  copy(target, at = 0) {
    target.set(this, at);
    return this.length;
  }

  toString(encoding) {
    return (ENCODE[encoding] ?? ((bytes) => new TextDecoder().decode(bytes)))(this);
  }

  toJSON() {
    return { type: 'Buffer', data: Array.from(this) };
  }
}

module.exports = { Buffer };
