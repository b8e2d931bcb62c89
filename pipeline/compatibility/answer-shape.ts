// What clients rely on in a JSON answer: which fields it has, of which types, and which words they hold.
import { isRecord } from "./requests.ts";

/** Everything that was seen at one place of an answer. Places of the elements of a list are one: `/items/*`. */
interface Place {
  readonly types: Set<string>;
  /** Numbers, yes and no, and texts that are words: what programs compare. */
  readonly words: Set<string>;
  /** How often it was seen. */
  count: number;
}

/** By place; "" is the answer itself. */
export type AnswerShape = ReadonlyMap<string, Place>;

export function shapeOfAnswer(json: unknown): AnswerShape {
  const places = new Map<string, Place>();
  const visit = (value: unknown, place: string): void => {
    const known = places.get(place) ?? { types: new Set<string>(), words: new Set<string>(), count: 0 };
    places.set(place, known);
    known.count += 1;
    known.types.add(typeOf(value));
    const word = wordOf(value);
    if (word !== undefined) known.words.add(word);
    if (Array.isArray(value)) {
      for (const one of value) visit(one, `${place}/*`);
    } else if (isRecord(value)) {
      for (const [name, one] of Object.entries(value)) visit(one, `${place}/${name}`);
    }
  };
  visit(json, "");
  return places;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}

/** Sentences are for people, who read them whichever way they are put. */
function wordOf(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && /^[\w.:-]{1,60}$/.test(value) ? `"${value}"` : undefined;
}

/** The place above; undefined for the answer itself. */
export function above(place: string): string | undefined {
  return place === "" ? undefined : place.slice(0, place.lastIndexOf("/"));
}
