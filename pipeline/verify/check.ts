import type { Manifest } from "../bundle/manifest.ts";
import type { Answer, Probe } from "./probe.ts";

/** Where a release is seen from outside; "" for a half that it does not have. */
export interface PublicAddresses {
  /** Without a trailing slash. */
  readonly siteUrl: string;
  /** Without a trailing slash and without `/api/v0`. */
  readonly apiUrl: string;
}

/** What can be wrong with a release as visitors see it. */
type Problem =
  | "site-behind"
  | "api-behind"
  | "version-unnamed"
  | "not-deployed"
  | "beanstalk-busy"
  | "beanstalk-silent"
  | "app-silent"
  | "cache-behind"
  | "origin-behind"
  | "origin-silent"
  | "page-broken"
  | "asset-broken"
  | "config-wrong"
  | "route-broken"
  | "origin-refused"
  | "mixed-content"
  | "unreachable";

export interface Finding {
  readonly problem: Problem;
  readonly message: string;
  /** Which half of the system answered, and by name as another release or version. */
  readonly otherIn?: Half;
}

/** What is seen of a release from outside. */
export type Half = "site" | "api";

/** What of a release answers, as the subject of a sentence with its verb. */
export function halvesOf({ site, api }: Pick<Manifest, "site" | "api">): string {
  if (site && api) return "site and API answer";
  return site ? "the site answers" : "the API answers";
}

/** An answer that came. */
type Reply = Exclude<Answer, { error: string }>;

/** One question to the live system, and what makes its answer right. */
export interface Check {
  readonly probe: Probe;
  /** How often it is asked per round, each time on a connection of its own. */
  readonly connections: number;
  judge(reply: Reply): Finding | undefined;
}

/** A check and what came back. */
export interface Asked {
  readonly check: Check;
  readonly answers: readonly Answer[];
}

export function get(url: string): Probe {
  return { method: "GET", url };
}

/** What is wrong with the answers; empty when all of them are right. In the order of the checks, without repeats. */
export function findingsOf(asked: readonly Asked[]): readonly Finding[] {
  const findings = asked.flatMap(({ check, answers }) =>
    answers.flatMap((answer): Finding[] => {
      if ("error" in answer) {
        return [{ problem: "unreachable", message: `"${check.probe.url}" does not answer: ${answer.error}` }];
      }
      const finding = check.judge(answer);
      return finding ? [finding] : [];
    }),
  );
  return findings.filter(
    (finding, index) => findings.findIndex(({ message }) => message === finding.message) === index,
  );
}

/** One line per check: what was asked, and the answers. */
export function answerLines(asked: readonly Asked[]): readonly string[] {
  return asked.map(({ check: { probe }, answers }) => {
    const texts = answers.map((answer) =>
      "error" in answer
        ? answer.error
        : `${answer.status} ${answer.body.replace(/\s+/g, " ").trim().slice(0, 120)}`.trim(),
    );
    return `${probe.method.padEnd(7)} ${probe.url}  ${[...new Set(texts)].join(" | ")}`;
  });
}
