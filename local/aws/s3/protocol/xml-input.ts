import { XMLParser, XMLValidator } from "fast-xml-parser";
import { malformedXml } from "./errors.ts";

/** A parsed element: its text, or its children by name; repeated children are lists. */
export type XmlNode = string | { readonly [element: string]: XmlNode | readonly XmlNode[] };

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
});

/** The children of a document's root element, which must have the given name. Throws MalformedXML. */
export function parseXml(text: string, root: string): Record<string, XmlNode | readonly XmlNode[]> {
  let document: Record<string, unknown>;
  try {
    if (XMLValidator.validate(text) !== true) throw malformedXml();
    document = parser.parse(text) as Record<string, unknown>;
  } catch {
    throw malformedXml();
  }
  const node = document[root];
  if (node === undefined) throw malformedXml();
  return typeof node === "object" && node !== null ? withoutText(node as Record<string, XmlNode>) : {};
}

/** The children named so, as a list. */
export function list(node: XmlNode | readonly XmlNode[] | undefined): readonly XmlNode[] {
  if (node === undefined) return [];
  return Array.isArray(node) ? node : [node as XmlNode];
}

export function children(
  node: XmlNode | readonly XmlNode[] | undefined,
): Record<string, XmlNode | readonly XmlNode[]> {
  if (node === undefined || typeof node === "string" || Array.isArray(node)) return {};
  return withoutText(node as Record<string, XmlNode>);
}

/** The text of an element; undefined when it is absent. Throws MalformedXML when it has children or is repeated. */
export function textOf(node: XmlNode | readonly XmlNode[] | undefined): string | undefined {
  if (node === undefined || typeof node === "string") return node;
  throw malformedXml();
}

/** White space between elements is no content. */
function withoutText(node: Record<string, XmlNode>): Record<string, XmlNode> {
  const { "#text": _, ...rest } = node;
  return rest;
}
