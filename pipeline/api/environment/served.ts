import { request } from "node:http";
import { explain } from "../../kit/errors.ts";
import type { VersionSource } from "../versions/version-source.ts";
import type { Served } from "./observation.ts";

const answerMs = 5000;
/** No version is in more. */
const mostCharacters = 64 * 1024;

/**
 * What answers at the environment's address with its version. A location of nginx says which version lies there, so the
 * application itself has to answer as well. Never rejects.
 */
export async function readServed(url: string, { path, isOwn }: VersionSource): Promise<Served> {
  const named = await ask(`${url}${path}`);
  if (isOwn) return servedOf(named);
  const application = await ask(`${url}/`);
  if (typeof application === "string") return { kind: "other", what: application };
  if (application.status >= 500) return { kind: "other", what: `${application.status}` };
  const served = servedOf(named);
  // Before this pipeline's first bundle, and behind an nginx.conf of the app's own, there is no such location.
  return served.kind === "other" ? { kind: "unnamed", what: `${served.what} at ${path}` } : served;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * The answer, or why there is none. Each question has a connection of its own, so that a load balancer may let another instance
 * answer.
 */
function ask(url: string): Promise<Answer | string> {
  return new Promise((resolve) => {
    const question = request(url, { agent: false, signal: AbortSignal.timeout(answerMs) }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        if (text.length < mostCharacters) text += part;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on("error", (error) => resolve(explain(error)));
    });
    question.on("error", (error) => resolve(explain(error)));
    question.end();
  });
}

/** The field `version` of a JSON answer, or all of a text of one word. */
function servedOf(answer: Answer | string): Served {
  if (typeof answer === "string") return { kind: "other", what: answer };
  if (answer.status !== 200) return { kind: "other", what: `${answer.status}` };
  const version = versionIn(answer.text);
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
