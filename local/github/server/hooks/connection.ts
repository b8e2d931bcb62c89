import { readFileSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";

/** `.local/github/server.json`: how hooks find the server; there only while it runs. */
export interface Connection {
  readonly url: string;
  readonly token: string;
}

/** Says what a refused push is about; the hook prints it and fails. */
export class Unreachable extends Error {}

const remedy =
  "The local GitHub is not running, so nothing would come of this push.\nStart it, then push again:  npm start";

export function readConnection(file: string): Connection {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Connection;
  } catch {
    throw new Unreachable(remedy);
  }
}

/** Asks the server. Throws `Unreachable` when it does not answer, or somebody else does. */
export async function ask<Value>(
  connection: Connection,
  method: string,
  path: string,
  body?: unknown,
): Promise<Value> {
  const message = await open(connection, method, path, body);
  let text = "";
  for await (const chunk of message.setEncoding("utf8")) text += chunk;
  if (message.statusCode !== 200)
    throw new Unreachable(`${remedy}\n(${method} ${path}: ${message.statusCode} ${text})`);
  return JSON.parse(text) as Value;
}

/** Lines of a streamed answer as they come; ends early when the server goes away. */
export async function* lines(connection: Connection, path: string): AsyncGenerator<string> {
  const message = await open(connection, "GET", path);
  let rest = "";
  try {
    for await (const chunk of message.setEncoding("utf8")) {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      yield* parts;
    }
  } catch {
    // The end of the stream says it all: no run-ended came.
  }
}

function open(
  connection: Connection,
  method: string,
  path: string,
  body?: unknown,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, connection.url),
      // An agent of its own: the pusher's proxy settings are not for this machine.
      { method, agent: new Agent(), headers: { authorization: `Bearer ${connection.token}` } },
      resolve,
    );
    outgoing.once("error", () => reject(new Unreachable(remedy)));
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
