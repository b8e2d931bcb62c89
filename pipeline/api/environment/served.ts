import { request } from "node:http";
import { explain } from "../../kit/errors.ts";
import type { Served } from "./observation.ts";

const answerMs = 5000;
const mostBytes = 64 * 1024;

/**
 * What answers at an address with its version: the field `version` of a JSON answer, or all of a text of one word. Each
 * question has a connection of its own, so that a load balancer may let another instance answer. Never rejects.
 */
export function readServed(url: string): Promise<Served> {
  return new Promise((resolve) => {
    const question = request(url, { agent: false, signal: AbortSignal.timeout(answerMs) }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        text += part;
        if (text.length > mostBytes) question.destroy(new Error("the answer is too long for a version"));
      });
      answer.on("end", () => resolve(servedOf(answer.statusCode ?? 0, text)));
      answer.on("error", (error) => resolve({ kind: "other", what: explain(error) }));
    });
    question.on("error", (error) => resolve({ kind: "other", what: explain(error) }));
    question.end();
  });
}

export function servedOf(status: number, text: string): Served {
  if (status !== 200) return { kind: "other", what: `${status}` };
  const version = versionIn(text);
  return version === undefined
    ? { kind: "other", what: "200 without a version" }
    : { kind: "version", version };
}

function versionIn(text: string): string | undefined {
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    if (typeof version === "string") return version;
  } catch {
    // Not JSON: it may be the version itself.
  }
  const word = text.trim();
  return /^[^\s<>"{}[\]]{1,100}$/.test(word) ? word : undefined;
}
