import type { Clock } from "../kit/clock.ts";
import { ActionError } from "../kit/errors.ts";
import { type Asked, answerLines, type Finding, type Half } from "./check.ts";
import { askDeployment } from "./deployment.ts";
import { type Looked, lookedAt } from "./looked.ts";
import { addressFinding, type Wanted } from "./release-checks.ts";
import { askRound, judgeRound } from "./round.ts";
import { originFinding } from "./site-origin.ts";

export interface CheckReleaseOptions extends Wanted {
  /** How long the live system may take to answer as the release. */
  readonly timeoutSeconds: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told what is still wrong, when that changes. */
  readonly onProgress: (line: string) => void;
  /**
   * Asked once of a half that names another release or version: whether anything can still make it this one. Without it
   * that is waited for.
   */
  readonly mayStillArrive?: (half: Half) => Promise<boolean>;
}

interface Spent {
  readonly requests: number;
  readonly seconds: number;
}

/** What was wrong, with what was asked last and what came back, a line each. */
interface Unverified extends Spent {
  readonly verified: false;
  readonly findings: readonly Finding[];
  readonly answers: readonly string[];
}

/** What came of watching a release that had been verified. */
export type Stayed = ({ readonly verified: true } & Spent) | Unverified;

export type Verification = ({ readonly verified: true; readonly looked: Looked } & Spent) | Unverified;

/** Right rounds in a row that count as verified. */
const roundsNeeded = 2;

/**
 * Waits until site and API, whichever of them the release has, answer as it through their public addresses, in consecutive
 * rounds of reads on fresh connections, and Elastic Beanstalk, where it can be asked, says the same of its instances. An
 * environment that somebody changes meanwhile is waited for too, and is not checked when time runs out, if the API itself says
 * its version. Resolves with what was wrong last when time runs out, or when waiting cannot mend it; rejects only when the job
 * is cancelled.
 */
export async function checkRelease(options: CheckReleaseOptions): Promise<Verification> {
  const { clock, signal } = options;
  const start = clock.now().getTime();
  const seconds = (): number => (clock.now().getTime() - start) / 1000;
  const hopeless = addressFinding(options);
  if (hopeless) return { verified: false, findings: [hopeless], answers: [], requests: 0, seconds: 0 };
  let requests = 0;
  let right = 0;
  let told = "";
  const judged = new Set<Half>();
  const isFinal = async (findings: readonly Finding[]): Promise<boolean> => {
    const isInBucket = findings.some(({ problem }) => problem === "cache-behind");
    for (const { otherIn } of findings) {
      if (otherIn === undefined || judged.has(otherIn)) continue;
      // A cache forgets in time.
      if (otherIn === "site" && isInBucket) continue;
      judged.add(otherIn);
      if ((await options.mayStillArrive?.(otherIn)) === false) return true;
    }
    return false;
  };
  for (let pauseMs = 150; ; pauseMs = Math.min(pauseMs * 1.5, 2000)) {
    const asked = await askRound(options, signal);
    requests += requestsOf(asked);
    const { findings: wrong, unnamed } = judgeRound(asked, options);
    right = wrong.length === 0 ? right + 1 : 0;
    const { deployment, finding } =
      right === roundsNeeded ? await askDeployment(options.environment, options.manifest.api?.version) : {};
    const isLate = seconds() >= options.timeoutSeconds;
    const isExcused = finding?.problem === "beanstalk-busy" && isLate && unnamed === undefined;
    const met = finding === undefined || isExcused ? wrong : [finding];
    const isAsked = met.length > 0 || right === roundsNeeded;
    const inBucket = isAsked ? await originFinding(met, options) : undefined;
    const findings = inBucket === undefined ? met : [...met, inBucket];
    if (findings.length > 0) right = 0;
    if (right === roundsNeeded) {
      const looked = lookedAt(options, { app: await options.app, unnamed, deployment });
      return { verified: true, looked, requests, seconds: seconds() };
    }
    const line = findings.map(({ message }) => message).join("; ");
    if (line !== "" && line !== told) options.onProgress(`waiting: ${line}`);
    told = line;
    if (findings.length > 0 && (isLate || (await isFinal(findings)))) {
      return { verified: false, findings, answers: answerLines(asked), requests, seconds: seconds() };
    }
    await clock.sleep(right > 0 ? 100 : pauseMs, signal);
  }
}

export function requestsOf(asked: readonly Asked[]): number {
  return asked.reduce((sum, { answers }) => sum + answers.length, 0);
}

/** The failure of a verification, with the last answers seen. */
export function verificationError(releaseId: string, result: Unverified): ActionError {
  return failure(
    `release "${releaseId}" is not what visitors get after ${result.seconds.toFixed(1)} s`,
    result,
  );
}

/** An error that says first what failed, then every finding, and what to do about each. */
export function failure(what: string, { findings, answers }: Pick<Unverified, "findings" | "answers">) {
  const problems = [...new Set(findings.map(({ problem }) => problem))].join(", ");
  return new ActionError(
    "VerificationFailed",
    `${what} (${problems}): ${findings.map(({ message }) => message).join("; ")}`,
    {
      hint: hintFor(findings),
      details: Object.fromEntries(answers.map((line, index) => [`answer ${index + 1}`, line])),
    },
  );
}

function hintFor(findings: readonly Finding[]): string {
  const hints: Record<Finding["problem"], string> = {
    "site-behind":
      "check that SITE_URL is the address of SITE_BUCKET, and that no cache in between holds release.json",
    "api-behind": "check that API_URL is the address of EB_ENVIRONMENT, and what the API's log says",
    "version-unnamed":
      "give `eb-application` and `eb-environment`, so that Elastic Beanstalk can be asked instead, or a route of the app's own as `version-path`; check `api-path`, and that a `.platform/nginx/nginx.conf` of the app's own includes conf.d/elasticbeanstalk/*.conf",
    "not-deployed": "see the environment's events and the health of its instances",
    "beanstalk-busy": "wait until the environment is at rest, then run the job again",
    "beanstalk-silent":
      "let the role call elasticbeanstalk:DescribeEnvironments and DescribeInstancesHealth, and check the region",
    "app-silent":
      "see what the API's log says; input `health-path` names a route by which the app itself answers",
    "cache-behind":
      "wait for the invalidation with the input `wait-for-invalidation`, and give the check the time that it takes (`verify-timeout-seconds`); see that the distribution is the one of the variable CLOUDFRONT_DISTRIBUTION",
    "origin-behind": "see what the step Site wrote, and that nothing but s3-sync writes to SITE_BUCKET",
    "origin-silent": "let the role call s3:GetObject on the site's bucket",
    "page-broken":
      "check the bucket's website configuration and its policy, and that no cache in between holds index.html",
    "asset-broken":
      "check that nothing but s3-sync writes to SITE_BUCKET, and what its policy lets visitors read",
    "config-wrong":
      "check that the input `config` is the same at s3-sync, and that no cache in between holds config.json",
    "route-broken": "see what the API's log says of that route; input `routes` lists what is asked",
    "origin-refused": "set the API's environment property URL to the site's origin",
    "mixed-content": "serve everything that an https page loads by https, or the site by http",
    unreachable: "check SITE_URL and API_URL, and that both are reachable from the runner",
  };
  return [...new Set(findings.map(({ problem }) => hints[problem]))].join("; ");
}
