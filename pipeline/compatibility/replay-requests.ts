import { explain } from "../kit/errors.ts";
import { at, filled, filledValue, type KeptRequest, namesIn } from "./requests.ts";

/** What an API answered. */
export interface Answer {
  /** 0 where it did not answer. */
  readonly status: number;
  /** The media type, without parameters; "" where the answer names none. */
  readonly type: string;
  /** The parsed body, where it is JSON. */
  readonly json?: unknown;
  /** Where it sends the client, without the address of the API itself. */
  readonly location?: string;
  /** Why it did not answer. */
  readonly failure?: string;
}

const patienceMs = 15_000;

/**
 * Sends the requests one after the other, as one client would. One that needs a value which an earlier answer should have had and has
 * not cannot be sent: it has no answer.
 */
export async function replayRequests(
  requests: readonly KeptRequest[],
  address: string,
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  const values = new Map<string, string>();
  const answers: Answer[] = [];
  for (const request of requests) {
    const missing = namesIn(request).find((name) => !values.has(name));
    const answer = missing === undefined ? await send(request, address, values, signal) : notSent(missing);
    for (const [name, pointer] of Object.entries(request.keep)) {
      const value = at(answer.json, pointer);
      if (typeof value === "string" || typeof value === "number") values.set(name, String(value));
    }
    answers.push(answer);
  }
  return answers;
}

function notSent(name: string): Answer {
  return { status: 0, type: "", failure: `no answer before it had "${name}"` };
}

async function send(
  { method, path, headers, body }: KeptRequest,
  address: string,
  values: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Answer> {
  const isText = typeof body === "string";
  const sent = body === undefined ? undefined : filledValue(body, values);
  const given = Object.entries(headers).map(([name, value]) => [name, filled(value, values)] as const);
  try {
    const response = await fetch(address + filled(path, values), {
      method,
      redirect: "manual",
      headers: {
        ...(sent === undefined || isText ? {} : { "content-type": "application/json" }),
        ...Object.fromEntries(given),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      ...(sent === undefined ? {} : { body: isText ? String(sent) : JSON.stringify(sent) }),
    });
    return await read(response, address);
  } catch (error) {
    signal.throwIfAborted();
    return { status: 0, type: "", failure: explain(error) };
  }
}

async function read(response: Response, address: string): Promise<Answer> {
  const [type = ""] = (response.headers.get("content-type") ?? "").toLowerCase().split(";");
  const location = response.headers.get("location")?.replace(address, "");
  const text = await response.text();
  const json = /[/+]json$/.test(type.trim()) ? parsed(text) : undefined;
  return {
    status: response.status,
    type: type.trim(),
    ...(json === undefined ? {} : { json }),
    ...(location === undefined ? {} : { location }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
