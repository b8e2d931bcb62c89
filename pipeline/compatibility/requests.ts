// The requests that a repository keeps: one JSON object per line, read and reviewed like code.

/** A request, and what of its answer later ones use. */
export interface KeptRequest {
  /** Its line in the file, for people. */
  readonly line: number;
  readonly method: string;
  /** Path and query; `${name}` stands for what an earlier answer had. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON; a text is sent as it is, with the content type that the headers say. */
  readonly body?: unknown;
  /** By name: the JSON pointer (RFC 6901) of a value in the answer. */
  readonly keep: Readonly<Record<string, string>>;
}

const fields = ["request", "headers", "body", "keep"];
const example = `{"request": "POST /api/users", "body": {"name": "Ada"}, "keep": {"id": "/id"}}, and then {"request": "GET /api/users/\${id}"}`;

/**
 * Parses the file. Blank lines and lines that begin with `#` say nothing. Throws a plain Error with every line that is wrong, and
 * what a right one looks like.
 */
export function parseRequests(text: string): readonly KeptRequest[] {
  const problems: string[] = [];
  const kept = new Set<string>();
  const requests = text.split(/\r?\n/).flatMap((whole, index) => {
    const line = whole.trim();
    if (line === "" || line.startsWith("#")) return [];
    try {
      const request = parseLine(line, index + 1);
      const unknown = namesIn(request).filter((name) => !kept.has(name));
      if (unknown.length > 0) throw new Error(`uses "${unknown[0]}", which no line before it keeps`);
      for (const name of Object.keys(request.keep)) kept.add(name);
      return [request];
    } catch (error) {
      problems.push(`line ${index + 1} ${(error as Error).message}`);
      return [];
    }
  });
  if (problems.length > 0) throw new Error(`${problems.join("; ")}; a line is ${example}`);
  return requests;
}

function parseLine(text: string, line: number): KeptRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("is no JSON");
  }
  if (!isRecord(value)) throw new Error("is no JSON object");
  const unknown = Object.keys(value).find((name) => !fields.includes(name));
  if (unknown !== undefined) throw new Error(`has the field "${unknown}"; known are ${fields.join(", ")}`);
  const { request, headers = {}, body, keep = {} } = value;
  const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(typeof request === "string" ? request : "") ?? [];
  if (method === undefined || path === undefined) throw new Error('needs "request": "<METHOD> </path>"');
  if (!isTexts(headers)) throw new Error('needs texts in "headers"');
  if (!isTexts(keep) || Object.values(keep).some((pointer) => !/^(\/|$)/.test(pointer)))
    throw new Error('needs JSON pointers such as "/id" in "keep"');
  return { line, method, path, headers, keep, ...(body === undefined ? {} : { body }) };
}

const reference = /\$\{([\w-]+)\}/g;

/** The names that a request takes from earlier answers. */
export function namesIn({ path, headers, body }: KeptRequest): string[] {
  const text = JSON.stringify([path, headers, body ?? null]);
  return [...text.matchAll(reference)].map(([, name = ""]) => name);
}

/** The text with what was kept; a name of which nothing was kept stays as it is. */
export function filled(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(reference, (whole, name: string) => values.get(name) ?? whole);
}

/** The same in every text of a JSON value. */
export function filledValue(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return filled(value, values);
  if (Array.isArray(value)) return value.map((one) => filledValue(one, values));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filledValue(one, values)]));
}

/** What a JSON pointer leads to; undefined where it leads nowhere. */
export function at(value: unknown, pointer: string): unknown {
  const steps = pointer.split("/").slice(1);
  return steps.reduce<unknown>((within, step) => {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(within)) return within[Number(name)];
    return isRecord(within) ? within[name] : undefined;
  }, value);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((one) => typeof one === "string");
}
