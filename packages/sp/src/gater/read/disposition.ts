/** What a browser is to do with a content. */

export type Disposition = 'inline' | 'attachment';

/** `Content-Disposition` (`reference/gateway-http.md` §3.2): the whole name with its folders, form-escaped. */
export function dispositionOf(kind: Disposition, objectName: string): string {
  return kind === 'inline' ? 'inline' : `attachment; filename="${formEscape(objectName)}"`;
}

/** `A-Z a-z 0-9 - _ . ~` stay, a space is `+`, the rest are the bytes of UTF-8 as `%XX`. */
function formEscape(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
