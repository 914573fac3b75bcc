/** Text in XML as the network's providers write it (`reference/gateway-http.md` §3.3). */

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
