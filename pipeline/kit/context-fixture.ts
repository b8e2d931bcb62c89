import type { ActionContext } from "./action.ts";
import { systemClock } from "./clock.ts";
import { claimLine } from "./log-text.ts";
import { type SourcePlace, withoutMeaning } from "./runner.ts";

/** A context for tests of stories, and everything that a story said through it. */
export interface RecordedContext extends ActionContext {
  readonly said: {
    readonly lines: string[];
    readonly warnings: string[];
    readonly errors: string[];
    /** The error annotations with their titles and places. */
    readonly annotations: { readonly message: string; readonly title?: string; readonly at?: SourcePlace }[];
    readonly masked: string[];
    readonly outputs: Record<string, string | number | boolean>;
    summary: string;
  };
}

export function recordedContext(
  workflow: Partial<ActionContext["run"]> = {},
  rest: Partial<Pick<ActionContext, "signal" | "env">> = {},
): RecordedContext {
  const said: RecordedContext["said"] = {
    lines: [],
    warnings: [],
    errors: [],
    annotations: [],
    masked: [],
    outputs: {},
    summary: "",
  };
  return {
    said,
    clock: systemClock,
    signal: rest.signal ?? new AbortController().signal,
    env: rest.env ?? {},
    runner: withoutMeaning({
      input: () => "",
      output: (name, value) => {
        said.outputs[name] = value;
      },
      info: (line) => said.lines.push(line),
      notice: (message) => said.lines.push(message),
      warning: (message) => said.warnings.push(message),
      error: (message, title, at) => {
        said.errors.push(message);
        said.annotations.push({ message, ...(title && { title }), ...(at && { at }) });
      },
      group: (title, body) => {
        said.lines.push(title);
        return body();
      },
      summary: async (markdown) => {
        said.summary += markdown;
      },
      mask: (secret) => said.masked.push(secret),
      idToken: async () => "token",
      fail: (message) => said.errors.push(message),
      claim: (name, digest) => said.lines.push(claimLine(name, digest)),
    }),
    run: {
      owner: "owner",
      repository: "repository",
      sha: "a".repeat(40),
      ref: "refs/heads/main",
      eventName: "push",
      event: {},
      actor: "somebody",
      workflow: "Deploy",
      job: "deploy",
      runId: 1,
      runAttempt: 1,
      workspace: "/nowhere",
      temp: "/nowhere",
      apiUrl: "http://127.0.0.1:1",
      url: "http://127.0.0.1:1/owner/repository/actions/runs/1",
      ...workflow,
    },
  };
}
