import { resolve } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { versionSource } from "../api/versions/version-source.ts";
import { type Manifest, readManifest } from "../bundle/manifest.ts";
import type { ActionContext } from "../kit/action.ts";
import { type ActionError, explain } from "../kit/errors.ts";
import { boolean, type Inputs, integer, optionalText, type Parser, text, url } from "../kit/inputs.ts";
import { requireTexts } from "../kit/required-texts.ts";
import type { Runner } from "../kit/runner.ts";
import type { Watch } from "../releases/store/watch.ts";
import { configText } from "../site/source/config-text.ts";
import { apiEnvironment, appRoute } from "./api-environment.ts";
import { apiInputs } from "./api-inputs.ts";
import { halvesOf } from "./check.ts";
import { checkRelease, failure, verificationError } from "./check-release.ts";
import { lookedLines, lookedMarkdown } from "./looked.ts";
import type { Wanted } from "./release-checks.ts";
import { routes } from "./routes.ts";
import { siteOrigin } from "./site-origin.ts";
import { watchRelease } from "./watch.ts";

const optionalUrl: Parser<string> = (value) => (value === "" ? "" : url(value));

export const inputs = {
  release: optionalText,
  directory: text,
  "site-url": optionalUrl,
  "api-url": optionalUrl,
  ...apiInputs,
  routes,
  config: configText,
  "release-json": boolean,
  "site-bucket": optionalText,
  distribution: optionalText,
  "eb-application": optionalText,
  "eb-environment": optionalText,
  "timeout-seconds": integer(1, 3600),
  "watch-seconds": integer(0, 1800),
  "watch-budget": integer(0, 1000),
  "aws-region": optionalText,
  "role-to-assume": optionalText,
} as const;

type VerifyInputs = Inputs<typeof inputs>;
type ReleaseInputs = Pick<VerifyInputs, "release" | "aws-region" | "role-to-assume">;

/**
 * Green exactly when the live system itself answers as the release, and went on doing so for `watch-seconds`. Under a
 * release whatever else happened is in the ledger before this fails, so that whoever ends the attempt puts it back.
 */
export async function run(given: VerifyInputs, context: ActionContext): Promise<void> {
  const { runner, clock, signal } = context;
  const manifest = await readManifest(resolve(context.run.workspace, given.directory));
  const { site, api } = manifest;
  if (!site && !api) return nothingPublic(manifest.id, runner);
  const addresses = [...(site ? ["site-url" as const] : []), ...(api ? ["api-url" as const] : [])];
  requireTexts(given, addresses, `to verify release "${manifest.id}"`);
  const wanted = wantedOf(manifest, given, context);
  const waiting = { clock, signal, onProgress: runner.info };
  const result = await checkRelease({ ...wanted, ...waiting, timeoutSeconds: given["timeout-seconds"] });
  runner.output("verified", result.verified);
  runner.output("requests", result.requests);
  runner.output("seconds", result.seconds.toFixed(1));
  if (!result.verified) throw await recorded(given, context, verificationError(manifest.id, result));
  runner.info(
    `verified: ${halvesOf(manifest)} as release ${manifest.id}${api ? ` (API ${api.version})` : ""}; ${result.requests} reads in ${result.seconds.toFixed(1)} s`,
  );
  for (const line of lookedLines(result.looked)) runner.info(line);
  runner.output("checked", result.looked.checked.join("\n"));
  runner.output("not-checked", result.looked.notChecked.join("\n"));
  await runner.summary(lookedMarkdown(manifest.id, result.looked));
  const seconds = given["watch-seconds"];
  if (seconds === 0) return;

  const watch = await openWatch(given, context);
  await watch?.begin(seconds);
  runner.info(`watching for ${seconds} s; at most ${given["watch-budget"]} rounds may go wrong`);
  const stay = watch?.stay ?? (async () => {});
  const watched = await watchRelease(wanted, { seconds, budget: given["watch-budget"], stay }, waiting);
  runner.output("verified", watched.verified);
  runner.output("requests", result.requests + watched.requests);
  if (!watched.verified) {
    const what = `release "${manifest.id}" was verified, but not right any more after ${watched.seconds.toFixed(1)} s of watching`;
    throw await recorded(given, context, failure(what, watched));
  }
  await watch?.end("right", "");
  runner.info(`watched for ${seconds} s: ${watched.requests} reads, and it stayed release ${manifest.id}`);
}

/** Migrations alone answer to nobody; whoever ends the attempt asks the database before it calls them live. */
function nothingPublic(releaseId: string, runner: Pick<Runner, "info" | "output">): void {
  runner.info(
    `release ${releaseId} has neither site nor API: not checked here; operation finish of \`release\` asks the database`,
  );
  runner.output("verified", false);
  runner.output("checked", "");
  runner.output("not-checked", `release ${releaseId}: it has neither site nor API`);
  runner.output("requests", 0);
  runner.output("seconds", "0.0");
}

function wantedOf(manifest: Manifest, given: VerifyInputs, context: ActionContext): Wanted {
  const place = {
    application: given["eb-application"],
    environment: given["eb-environment"],
    connect: async () => {
      const [{ elasticBeanstalkClient }, { connectionTo }] = await Promise.all([
        import("../aws/elastic-beanstalk.ts"),
        import("../aws/connection.ts"),
      ]);
      return elasticBeanstalkClient(connectionTo("ELASTIC_BEANSTALK", given, context));
    },
  };
  const environment = manifest.api ? apiEnvironment(place, context.clock) : undefined;
  return {
    manifest,
    siteUrl: given["site-url"],
    apiUrl: given["api-url"],
    routes: given.routes,
    config: given.config,
    releaseJson: given["release-json"],
    version: versionSource(given),
    app: appRoute(given["health-path"], environment),
    environment,
    origin: siteOrigin({ bucket: given["site-bucket"], distribution: given.distribution }, () =>
      openS3(given, context),
    ),
  };
}

/** Loaded only where it is needed: a release that verifies at once needs no credentials where no distribution is in front. */
async function openS3(given: ReleaseInputs, context: ActionContext): Promise<S3Client> {
  const [{ s3Client }, { connectionTo }] = await Promise.all([
    import("../aws/s3.ts"),
    import("../aws/connection.ts"),
  ]);
  return s3Client(connectionTo("S3", given, context));
}

/** The error, once the ledger has it; without a release there is nobody to tell. */
async function recorded(
  given: ReleaseInputs,
  context: ActionContext,
  error: ActionError,
): Promise<ActionError> {
  const watch = await openWatch(given, context);
  await watch?.end("wrong", explain(error));
  return error;
}

/** Loaded only where there is something to write: a release that verifies at once needs no credentials. */
async function openWatch(given: ReleaseInputs, context: ActionContext): Promise<Watch | undefined> {
  if (given.release === "") return undefined;
  const [{ openWatch: open }, s3] = await Promise.all([
    import("../releases/store/watch.ts"),
    openS3(given, context),
  ]);
  return open(s3, given.release, context);
}
