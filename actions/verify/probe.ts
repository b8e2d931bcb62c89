import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** What a public address answered, or why it did not. */
export type Answer =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly error: string };

export interface Probe {
  readonly method: "GET" | "OPTIONS";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const bodyLimit = 256 * 1024;

/** Asks once, on a connection of its own, so that a load balancer may choose another server each time. Never rejects. */
export function ask(probe: Probe, timeoutMs: number, signal: AbortSignal): Promise<Answer> {
  const send = probe.url.startsWith("https:") ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const fail = (error: Error): void => resolve({ error: error.message || error.name });
    const timeout = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const request = send(
      probe.url,
      {
        method: probe.method,
        agent: false,
        signal: timeout,
        headers: { connection: "close", "cache-control": "no-cache", ...probe.headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size <= bodyLimit) chunks.push(chunk);
        });
        response.on("error", fail);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    request.on("error", (error) =>
      fail(timeout.aborted && !signal.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`) : error),
    );
    request.end();
  });
}
