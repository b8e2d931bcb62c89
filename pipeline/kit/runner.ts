import * as core from "@actions/core";

/** What an action may ask of the machine that runs it. The only door to inputs, outputs and the log. */
export interface Runner {
  /** The input as the workflow gave it (or `action.yml`'s default), trimmed; "" when absent. */
  input(name: string): string;
  output(name: string, value: string | number | boolean): void;
  info(line: string): void;
  notice(message: string, title?: string): void;
  warning(message: string, title?: string): void;
  /** An error annotation; does not end the action. */
  error(message: string, title?: string): void;
  /** Runs `body` inside a foldable group of log lines. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
  /** Appends Markdown to the job summary; kept to one write per call. */
  summary(markdown: string): Promise<void>;
  /** From now on every line printed shows `***` instead. */
  mask(secret: string): void;
  /** A fresh OIDC token for the audience. Throws when the job lacks `id-token: write`. */
  idToken(audience: string): Promise<string>;
  fail(message: string, title?: string): void;
}

/** The runner as `@actions/core` reaches it, on GitHub and on the laptop alike. */
export const workflowRunner: Runner = {
  input: (name) => core.getInput(name),
  output: (name, value) => core.setOutput(name, value),
  info: (line) => core.info(line),
  notice: (message, title) => core.notice(message, title === undefined ? {} : { title }),
  warning: (message, title) => core.warning(message, title === undefined ? {} : { title }),
  error: (message, title) => core.error(message, title === undefined ? {} : { title }),
  group: (title, body) => core.group(title, body),
  summary: async (markdown) => {
    await core.summary.addRaw(markdown, true).write();
  },
  mask: (secret) => core.setSecret(secret),
  idToken: (audience) => core.getIDToken(audience),
  fail: (message, title) => {
    process.exitCode = core.ExitCode.Failure;
    core.error(message, title === undefined ? {} : { title });
  },
};
