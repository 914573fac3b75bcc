/** Booleans in queries (`reference/gateway-http.md`, notation): these spellings and no others. */
const SPELLINGS = new Map<string, boolean>([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

/** undefined for anything else, nothing included. */
export function parseBoolean(text: string): boolean | undefined {
  return SPELLINGS.get(text);
}
