import type { Manifest } from "../lib/bundle.ts";
import type { Clock } from "../lib/clock.ts";
import { ActionError } from "../lib/errors.ts";
import {
  addressFinding,
  answerLines,
  checksOf,
  type Finding,
  judgeRound,
  type PublicAddresses,
} from "./plan.ts";
import { type Answer, ask } from "./probe.ts";

export interface CheckReleaseOptions extends PublicAddresses {
  readonly manifest: Manifest;
  /** How long the live system may take to answer as the release. */
  readonly timeoutSeconds: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told what is still wrong, when that changes. */
  readonly onProgress: (line: string) => void;
}

export type Verification =
  | { readonly verified: true; readonly requests: number; readonly seconds: number }
  | {
      readonly verified: false;
      readonly findings: readonly Finding[];
      /** What was asked last and what came back, a line each. */
      readonly answers: readonly string[];
      readonly requests: number;
      readonly seconds: number;
    };

/** Right rounds in a row that count as verified. */
const roundsNeeded = 2;
const requestTimeoutMs = 10_000;

/**
 * Waits until site and API, through their public addresses, both answer as this release, in consecutive rounds of reads
 * on fresh connections. Resolves with what was wrong last when time runs out; rejects only when the job is cancelled.
 */
export async function checkRelease(options: CheckReleaseOptions): Promise<Verification> {
  const { clock, signal } = options;
  const start = clock.now().getTime();
  const seconds = (): number => (clock.now().getTime() - start) / 1000;
  const hopeless = addressFinding(options);
  if (hopeless) return { verified: false, findings: [hopeless], answers: [], requests: 0, seconds: 0 };
  const checks = checksOf(options.manifest, options);
  let requests = 0;
  let right = 0;
  let told = "";
  for (let pauseMs = 150; ; pauseMs = Math.min(pauseMs * 1.5, 2000)) {
    const answers = await Promise.all(
      checks.map(({ probe, connections }) =>
        Promise.all(
          Array.from({ length: connections }, (): Promise<Answer> => ask(probe, requestTimeoutMs, signal)),
        ),
      ),
    );
    signal.throwIfAborted();
    requests += answers.flat().length;
    const findings = judgeRound(checks, answers);
    right = findings.length === 0 ? right + 1 : 0;
    if (right === roundsNeeded) return { verified: true, requests, seconds: seconds() };
    const line = findings.map(({ message }) => message).join("; ");
    if (line !== "" && line !== told) options.onProgress(`waiting: ${line}`);
    told = line;
    if (findings.length > 0 && seconds() >= options.timeoutSeconds) {
      return {
        verified: false,
        findings,
        answers: answerLines(checks, answers),
        requests,
        seconds: seconds(),
      };
    }
    await clock.sleep(right > 0 ? 100 : pauseMs, signal);
  }
}

/** The failure of a verification, with the last answers seen. */
export function verificationError(
  releaseId: string,
  result: Extract<Verification, { verified: false }>,
): ActionError {
  const flaws = [...new Set(result.findings.map(({ flaw }) => flaw))].join(", ");
  return new ActionError(
    "VerificationFailed",
    `release "${releaseId}" is not what visitors get after ${result.seconds.toFixed(1)} s (${flaws}): ${result.findings
      .map(({ message }) => message)
      .join("; ")}`,
    {
      hint: hintFor(result.findings),
      details: Object.fromEntries(result.answers.map((line, index) => [`answer ${index + 1}`, line])),
    },
  );
}

function hintFor(findings: readonly Finding[]): string {
  const hints: Record<Finding["flaw"], string> = {
    "site-behind":
      "check that SITE_URL is the address of SITE_BUCKET, and that no cache in between holds release.json",
    "api-behind": "check that API_URL is the address of EB_ENVIRONMENT, and what the API's log says",
    "page-broken": "check the bucket's website configuration and its policy",
    "config-wrong": "check that API_URL and the input `config` of s3-sync name the same API",
    "origin-refused": "set the API's environment property URL to the site's origin",
    "mixed-content": "give the API an https address, or serve the site by http",
    unreachable: "check SITE_URL and API_URL, and that both are reachable from the runner",
  };
  return [...new Set(findings.map(({ flaw }) => hints[flaw]))].join("; ");
}
