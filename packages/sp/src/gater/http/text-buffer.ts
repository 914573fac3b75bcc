/** Text as UTF-8, piece by piece: one text of megabytes that was put together from small ones takes long to lay flat. */
export class TextBuffer {
  #bytes = Buffer.allocUnsafe(16 * 1024);
  #length = 0;

  append(text: string): void {
    // a code unit takes three bytes at most
    const needed = this.#length + text.length * 3;
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** What was appended; not to be appended to any more. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
