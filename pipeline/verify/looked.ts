import { cell, code } from "../kit/markdown.ts";
import type { AppRoute } from "./api-checks.ts";
import type { BeanstalkWord } from "./beanstalk-word.ts";
import type { Finding } from "./check.ts";
import { configCheck } from "./config-check.ts";
import { hasDeployed } from "./deployment.ts";
import type { Wanted } from "./release-checks.ts";

/** What a verification stands on, and what it could not look at, in plain words. */
export interface Looked {
  readonly checked: readonly string[];
  readonly notChecked: readonly string[];
}

/** What was right in the end. */
interface Seen {
  readonly app: AppRoute;
  /** That the API's bundle did not say its version. */
  readonly unnamed: Finding | undefined;
  /** Elastic Beanstalk's word; undefined where it was not asked. */
  readonly deployment: BeanstalkWord | undefined;
}

/** The same as lists, from what was asked and what came back; of the tiers that the release has. */
export function lookedAt(wanted: Wanted, seen: Seen): Looked {
  const parts = [
    ...(wanted.manifest.site ? [siteLooked(wanted)] : []),
    ...(wanted.manifest.api ? [apiLooked(wanted, wanted.manifest.api.version, seen)] : []),
  ];
  return {
    checked: parts.flatMap(({ checked }) => checked),
    notChecked: parts.flatMap(({ notChecked }) => notChecked),
  };
}

function siteLooked(wanted: Wanted): Looked {
  const { manifest, config, releaseJson } = wanted;
  const checked = ["the site's start page and what it loads have the release's bytes"];
  const notChecked: string[] = [];
  if (wanted.origin?.distribution) {
    checked.push(`the bucket has the same, past distribution ${wanted.origin.distribution}`);
    notChecked.push("what other edge locations of the distribution have: this machine asks one");
  }
  if (releaseJson) checked.push(`the site's release.json names ${manifest.id}`);
  else notChecked.push("which release the site is by its own word: it has no release.json");
  if (configCheck(wanted, config)) checked.push("the site's config.json sends visitors to this API");
  else if (manifest.api) {
    notChecked.push("the site's config.json: this step was given none that has the API's address");
  }
  return { checked, notChecked };
}

function apiLooked(
  { version, routes }: Pick<Wanted, "version" | "routes">,
  wanted: string,
  { app, unnamed, deployment }: Seen,
): Looked {
  const checked: string[] = [];
  const notChecked: string[] = [];
  if (unnamed !== undefined) {
    notChecked.push(
      `the API's version by its bundle: ${unnamed.message}, so the bundle's location of nginx is not in effect (nginx.conf replaced, another proxy, or a release without it); Elastic Beanstalk's word stands in for it`,
    );
  } else if (version.isOwn) checked.push(`the API says at ${version.path} that it is version ${wanted}`);
  else checked.push(`the API's bundle is version ${wanted}: nginx says so at ${version.path}`);
  if (!version.isOwn) {
    notChecked.push("the version by the API's own process: it has no route for that (input `version-path`)");
  }
  checked.push(`the API itself answers at ${app.path}`);
  if (routes.length > 0) {
    checked.push(`the API answers as it has to at ${routes.map(({ path }) => path).join(", ")}`);
  } else notChecked.push("routes that visitors need: none are given (input `routes`)");

  const fleet = deployment === undefined ? unasked : fleetWords(deployment, wanted);
  (fleet.isChecked ? checked : notChecked).push(fleet.words);
  if (deployment?.fleet.kind === "unknown") {
    notChecked.push("what each instance runs: basic health does not say");
  }
  return { checked, notChecked };
}

const unasked = {
  isChecked: false,
  words: "what Elastic Beanstalk's instances run: `eb-application` and `eb-environment` are not given",
};

function fleetWords(
  { environment, fleet }: BeanstalkWord,
  version: string,
): { readonly isChecked: boolean; readonly words: string } {
  if (environment?.status !== "Ready") {
    const words = `what Elastic Beanstalk's instances run in the end: it is at work (${environment?.status})`;
    return { isChecked: false, words };
  }
  if (fleet.kind === "unknown") {
    return { isChecked: true, words: `Elastic Beanstalk says that the environment runs version ${version}` };
  }
  const { instances } = fleet;
  const have = instances.filter((instance) => hasDeployed(instance, version)).length;
  const starting = instances.length - have;
  const more = starting === 0 ? "" : `, and that ${starting} more ${starting === 1 ? "starts" : "start"}`;
  const which = have === 1 ? "its one instance" : `all ${have} instances`;
  return {
    isChecked: true,
    words: `Elastic Beanstalk says that ${which} deployed version ${version}${more}`,
  };
}

/** The same for the log, a line each. */
export function lookedLines({ checked, notChecked }: Looked): readonly string[] {
  return [
    ...checked.map((line) => `checked      ${line}`),
    ...notChecked.map((line) => `not checked  ${line}`),
  ];
}

/** The same for the job's summary. */
export function lookedMarkdown(releaseId: string, { checked, notChecked }: Looked): string {
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${cell(line)}`).join("\n");
  return [
    `### Verified: ${code(releaseId)}`,
    list(checked),
    ...(notChecked.length === 0 ? [] : ["Not checked:", list(notChecked)]),
    "",
  ].join("\n\n");
}
