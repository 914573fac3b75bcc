/** Milliseconds that two processes of one machine agree on, with fractions. */
export const now = (): number => performance.timeOrigin + performance.now();
