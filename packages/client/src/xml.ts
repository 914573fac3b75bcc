/** A strict reader of the XML that providers answer: elements and text, no DTD, no comments, bounded. */

export interface XmlElement {
  name: string;
  /** Text directly inside, unescaped. */
  text: string;
  children: XmlElement[];
}

const MAX_DEPTH = 32;
const TOKEN = /<\?[^>]*\?>|<\/([\w.:-]+)\s*>|<([\w.:-]+)((?:\s+[\w.:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;

/** The root element. @throws Error saying where the text stops being XML */
export function parseXml(text: string): XmlElement {
  const top: XmlElement = { name: '', text: '', children: [] };
  const open: XmlElement[] = [top];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`XML expected at character ${at}, got ${JSON.stringify(text.slice(at, at + 20))}`);
    take(match, open, at);
  }
  if (open.length > 1) throw new Error(`XML ends inside <${open.at(-1)!.name}>`);
  if (top.children.length !== 1) throw new Error(`one root element expected, got ${top.children.length}`);
  return top.children[0]!;
}

function take(match: RegExpExecArray, open: XmlElement[], at: number): void {
  const [, closing, opening, , selfClosing, chars] = match;
  const parent = open.at(-1)!;
  if (chars !== undefined) {
    if (open.length === 1 && chars.trim() !== '') throw new Error(`text outside the root element at character ${at}`);
    parent.text += unescapeXml(chars);
  } else if (closing !== undefined) {
    if (open.length < 2 || parent.name !== closing) throw new Error(`</${closing}> at character ${at} closes nothing`);
    open.pop();
  } else if (opening !== undefined) {
    const element: XmlElement = { name: opening, text: '', children: [] };
    parent.children.push(element);
    if (selfClosing) return;
    if (open.length > MAX_DEPTH) throw new Error(`XML nested deeper than ${MAX_DEPTH}`);
    open.push(element);
  }
}

const ENTITIES = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9A-Fa-f]{1,6})|#(\d{1,7})|(\w{1,10}));/g, (whole, hex, decimal, name: string) => {
    if (name) return ENTITIES.get(name) ?? whole;
    return characterOf(hex ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

/** What is no character – half a surrogate pair, or beyond Unicode – becomes the one that says so. */
function characterOf(point: number): string {
  const isSurrogate = point >= 0xd800 && point <= 0xdfff;
  return point <= 0x10ffff && !isSurrogate ? String.fromCodePoint(point) : '\ufffd';
}

export function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((c) => c.name === name);
}

export function children(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((c) => c.name === name);
}

/** Text of a child, empty when there is none. */
export function childText(element: XmlElement, name: string): string {
  return child(element, name)?.text ?? '';
}
