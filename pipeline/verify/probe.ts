import { createHash } from "node:crypto";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** What a public address answered, or why it did not. */
export type Answer =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** The first 256 KiB, as text. */
      readonly body: string;
      /** Of the whole body, in hex. */
      readonly sha256: string;
    }
  | { readonly error: string };

export interface Probe {
  readonly method: "GET" | "OPTIONS";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const textLimit = 256 * 1024;

/** Asks once, on a connection of its own, so that a load balancer may choose another server each time. Never rejects. */
export function ask(probe: Probe, timeoutMs: number, signal: AbortSignal): Promise<Answer> {
  const send = probe.url.startsWith("https:") ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const timeout = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const fail = (error: Error): void => {
      const late = timeout.aborted && !signal.aborted;
      resolve({ error: late ? `no answer within ${timeoutMs / 1000} s` : error.message || error.name });
    };
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
        const hash = createHash("sha256");
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          hash.update(chunk);
          size += chunk.length;
          if (size <= textLimit) chunks.push(chunk);
        });
        response.on("error", fail);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: Buffer.concat(chunks).toString("utf8"),
            sha256: hash.digest("hex"),
          }),
        );
      },
    );
    request.on("error", fail);
    request.end();
  });
}
