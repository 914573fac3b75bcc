/** Writing XML as the network's providers do (`reference/gateway-http.md` §3.3): no prolog, no indentation. */

const ESCAPES: Record<string, string> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** Most texts need no change, and lists have thousands of them: that is found out in one pass. */
const PLAIN = /^[ !#-%(-;=?-~]*$/;

export function escapeXml(text: string): string {
  if (PLAIN.test(text)) return text;
  return (
    text
      .toWellFormed()
      .replace(/["'&<>\t\n\r]/g, (char) => ESCAPES[char]!)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the characters that XML does not allow
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  );
}

export type XmlValue = string | number | bigint | boolean | XmlNode | undefined;

/** Elements in order; a list repeats its element, undefined leaves it out. */
export interface XmlNode {
  readonly [name: string]: XmlValue | readonly XmlValue[];
}

export function element(name: string, value: XmlValue | readonly XmlValue[], attributes = ''): string {
  if (value === undefined) return '';
  if (!Array.isArray(value)) return `<${name}${attributes}>${content(value as XmlValue)}</${name}>`;
  let elements = '';
  for (const each of value) elements += element(name, each);
  return elements;
}

function content(value: XmlValue): string {
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value !== 'object') return String(value);
  let children = '';
  for (const name in value) children += element(name, value[name]);
  return children;
}

/** `version="1.0"` marks the older kind of answers. */
export const VERSION = ' version="1.0"';
