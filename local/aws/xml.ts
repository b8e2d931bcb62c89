/** Element content: objects are child elements, arrays repeat their element, `undefined` leaves it out. */
export type XmlContent =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly XmlContent[]
  | { readonly [element: string]: XmlContent };

/** A whole document with one root element. */
export function xmlDocument(root: string, xmlns: string | undefined, content: XmlContent): string {
  const namespace = xmlns === undefined ? "" : ` xmlns="${escapeXml(xmlns)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${inner(content)}</${root}>`;
}

/** A list as the Query protocol writes it: `<member>` for each entry. */
export function members(entries: readonly XmlContent[]): XmlContent {
  return { member: entries };
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"\p{Cc}]/gu, (character) => {
    switch (character) {
      case "\t":
      case "\n":
        return character;
      case "&":
        return "&amp;";
      case "<":
        return "&lt;";
      case ">":
        return "&gt;";
      case '"':
        return "&quot;";
      default:
        return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
    }
  });
}

function inner(content: XmlContent): string {
  if (content === undefined) return "";
  if (content instanceof Date) return content.toISOString();
  if (typeof content !== "object") return escapeXml(String(content));
  if (Array.isArray(content)) return content.map(inner).join("");
  return Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join("");
}

function element(name: string, value: XmlContent): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((entry) => element(name, entry)).join("");
  return `<${name}>${inner(value)}</${name}>`;
}
