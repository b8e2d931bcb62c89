import * as core from "@actions/core";
import { annotationText, claimLine, logText, summaryText } from "./log-text.ts";

/** Where in the repository's files an annotation belongs. */
export interface SourcePlace {
  /** Relative to the repository's root. */
  readonly file: string;
  /** From 1; absent for the file as a whole. */
  readonly line?: number;
}

/**
 * What an action may ask of the machine that runs it. The only door to inputs, outputs and the log: whatever text is handed to
 * it, it is shown and not obeyed.
 */
export interface Runner {
  /** The input as the workflow gave it (or `action.yml`'s default), trimmed; "" when absent. */
  input(name: string): string;
  output(name: string, value: string | number | boolean): void;
  info(line: string): void;
  notice(message: string, title?: string): void;
  warning(message: string, title?: string, at?: SourcePlace): void;
  /** An error annotation; does not end the action. */
  error(message: string, title?: string, at?: SourcePlace): void;
  /** Runs `body` inside a foldable group of log lines. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
  /** Appends Markdown to the job summary; kept to one write per call. */
  summary(markdown: string): Promise<void>;
  /** From now on every line printed shows `***` instead. */
  mask(secret: string): void;
  /** A fresh OIDC token for the audience. Throws when the job lacks `id-token: write`. */
  idToken(audience: string): Promise<string>;
  fail(message: string, title?: string): void;
  /** Says in the log which digest a result has that the job has made; no other line looks so. */
  claim(name: string, digest: string): void;
}

/** The runner as `@actions/core` reaches it, on GitHub and on the laptop alike. */
export const workflowRunner: Runner = withoutMeaning({
  input: (name) => core.getInput(name),
  output: (name, value) => core.setOutput(name, value),
  info: (line) => core.info(line),
  notice: (message, title) => core.notice(message, title === undefined ? {} : { title }),
  warning: (message, title, at) => core.warning(message, annotation(title, at)),
  error: (message, title, at) => core.error(message, annotation(title, at)),
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
  claim: (name, digest) => core.info(claimLine(name, digest)),
});

function annotation(title: string | undefined, at: SourcePlace | undefined): core.AnnotationProperties {
  return {
    ...(title === undefined ? {} : { title }),
    ...(at && { file: at.file, ...(at.line === undefined ? {} : { startLine: at.line }) }),
  };
}

/** The runner behind the one door for foreign text. */
export function withoutMeaning(runner: Runner): Runner {
  const annotate =
    (tell: Runner["warning"]): Runner["warning"] =>
    (message, title, at) =>
      tell(
        annotationText(message),
        title === undefined ? undefined : logText(title),
        at && { ...at, file: logText(at.file) },
      );
  return {
    ...runner,
    info: (line) => runner.info(logText(line)),
    notice: annotate(runner.notice),
    warning: annotate(runner.warning),
    error: annotate(runner.error),
    fail: annotate(runner.fail),
    group: (title, body) => runner.group(logText(title), body),
    summary: (markdown) => runner.summary(summaryText(markdown)),
  };
}
