import { escapeHtml } from "./html.ts";

/** HTML that Markdown may hold as it is: these elements, without attributes but for `open` and spans of table cells. */
const elements =
  /^<(\/?)(details|summary|b|strong|i|em|code|pre|kbd|sub|sup|br|hr|p|ul|ol|li|table|thead|tbody|tr|th|td|h[1-6]|del|blockquote)((?:\s+(?:open|(?:col|row)span="\d{1,2}"))*)\s*(\/?)>/i;

/** A line of Markdown as HTML: code, emphasis, links, the harmless elements; everything else as text. */
export function inlineHtml(text: string): string {
  let out = "";
  let rest = text;
  while (rest !== "") {
    const [piece, length] = nextPiece(rest);
    out += piece;
    rest = rest.slice(length);
  }
  return out;
}

/** The HTML of what the text starts with, and how much of the text it is. */
function nextPiece(text: string): [string, number] {
  const code = /^(`+)(.+?)\1(?!`)/s.exec(text);
  if (code) return [`<code>${escapeHtml((code[2] as string).trim())}</code>`, code[0].length];
  const escaped = /^\\([\\`*_{}[\]()#+\-.!|<>~])/.exec(text);
  if (escaped) return [escapeHtml(escaped[1] as string), 2];
  const entity = /^&(?:#\d{1,6}|[a-z]{2,8});/.exec(text);
  if (entity) return [entity[0], entity[0].length];
  const element = elements.exec(text);
  if (element) return [element[0], element[0].length];
  const link = /^!?\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]*)(?:\s+"[^"]*")?\)/.exec(text);
  if (link) return [linkHtml(link[1] as string, link[2] as string), link[0].length];
  const address = /^https?:\/\/[^\s<>()]+[^\s<>().,;:!?'"*_]/.exec(text);
  if (address) return [linkHtml(address[0], address[0]), address[0].length];
  const styled = /^(\*\*|__|~~|\*|_)(?=\S)(.+?)(?<=\S)\1(?![A-Za-z0-9])/s.exec(text);
  if (styled) {
    const name = { "**": "strong", __: "strong", "~~": "del", "*": "em", _: "em" }[styled[1] as "*"];
    return [`<${name}>${inlineHtml(styled[2] as string)}</${name}>`, styled[0].length];
  }
  // A word as a whole, so that underscores inside of it mean nothing.
  const plain = /^[A-Za-z0-9]+|^[\s\S]/.exec(text) as RegExpExecArray;
  return [escapeHtml(plain[0]), plain[0].length];
}

function linkHtml(label: string, target: string): string {
  const text = label === target ? escapeHtml(label) : inlineHtml(label);
  if (!/^(https?:\/\/|mailto:|#|\/(?!\/))/i.test(target)) return text;
  return `<a href="${escapeHtml(target)}" rel="noopener noreferrer">${text}</a>`;
}
