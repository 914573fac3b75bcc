/** A call that takes effect when it was made `count` times: whoever of several is last lets go. */
export function afterAll(count: number, release: () => void): () => void {
  let left = count;
  return () => {
    left -= 1;
    if (left === 0) release();
  };
}
