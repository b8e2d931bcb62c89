import { type BundleConfiguration, readConfiguration } from "../../bundle/configuration-files.ts";
import { execBitProblems, preflight } from "../../bundle/preflight.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import type { Beanstalk } from "../environment/beanstalk.ts";
import type { EnvironmentReading } from "../environment/observation.ts";
import type { SourceBundle } from "../versions/wanted-version.ts";
import { readBundle } from "./read-bundle.ts";
import { settingsChanges, undecidedOptions } from "./settings-changes.ts";
import { startProblems } from "./start-problems.ts";
import type { OpenBundle } from "./stored-bundle.ts";

/** What is known of a deploy before anything is sent. */
export interface Preflight {
  /** Why Elastic Beanstalk would refuse the bundle, or not run it, each with what to change. */
  readonly problems: readonly string[];
  /** What was not looked at, and why. */
  readonly notes: readonly string[];
}

/** The bundle that is to run and the one that does; undefined where no place of it is known. */
interface Bundles {
  readonly wanted: SourceBundle | undefined;
  /** "none" where no version of a bundle runs, as on a new environment. */
  readonly running: SourceBundle | "none" | undefined;
}

/** What to change. */
export function preflightHint({ problems }: Preflight): string {
  const general = "correct what is named above, or deploy all the same with `preflight: warn`";
  return problems.some((problem) => problem.includes(refusal))
    ? `set these options on the environment itself first (its template, or \`option-settings\`), or deploy with a policy in place such as Rolling; ${general}`
    : general;
}

const refusal = "and Elastic Beanstalk refuses";

/** Those of the problems for which Elastic Beanstalk takes no deployment at all, under the environment's policy. */
export function refusedSettings({ problems }: Preflight): readonly string[] {
  return problems.filter((problem) => problem.includes(refusal));
}
const nothing: BundleConfiguration = { options: [], resources: new Map(), problems: [] };

/**
 * Looks into the bundle, and compares what its configuration files say of the environment with the environment: with new
 * instances in place of the old ones, Elastic Beanstalk refuses a deployment that changes settings or resources as well.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environmentmgmt-updates-immutable.html
 */
export async function preflightDeploy(
  beanstalk: Pick<Beanstalk, "readSettings" | "readDefaults">,
  { platform }: Pick<EnvironmentReading, "platform">,
  { wanted, running }: Bundles,
  open: OpenBundle | undefined,
): Promise<Preflight> {
  if (!open || !wanted) return { problems: [], notes: ["the source bundle was not looked at"] };
  try {
    const bundle = await readBundle(open(wanted));
    const configuration = readConfiguration(bundle.entries);
    const own = bundle.names.filter((name) => !/(^|\/)node_modules\//.test(name)).map((name) => ({ name }));
    const problems = [...preflight(bundle.entries, bundle.bytes, own), ...startProblems(bundle, platform)];
    const before = running === "none" ? nothing : await configurationOf(running, open);
    const [changes, notes] = await compared(beanstalk, configuration, before);
    return {
      problems: [...problems, ...changes],
      notes: [...bundle.entries.flatMap(execBitProblems), ...notes],
    };
  } catch (error) {
    if (error instanceof ActionError && error.code === "InvalidBundle") {
      return { problems: [error.message], notes: [] };
    }
    return { problems: [], notes: [`the source bundle was not looked at: ${explain(error)}`] };
  }
}

/** Undefined where it could not be read. */
async function configurationOf(
  place: SourceBundle | undefined,
  open: OpenBundle,
): Promise<BundleConfiguration | undefined> {
  if (place === undefined) return undefined;
  return readBundle(open(place)).then(
    ({ entries }) => readConfiguration(entries),
    () => undefined,
  );
}

const policies: Readonly<Record<string, string>> = {
  Immutable: "an immutable deployment",
  TrafficSplitting: "a traffic-splitting deployment",
};

/** Problems and notes. The environment is asked only where a bundle says something of it. */
async function compared(
  beanstalk: Pick<Beanstalk, "readSettings" | "readDefaults">,
  wanted: BundleConfiguration,
  running: BundleConfiguration | undefined,
): Promise<readonly [readonly string[], readonly string[]]> {
  const before = running ?? nothing;
  if (wanted.options.length + wanted.resources.size + before.resources.size === 0) return [[], []];
  const settings = await beanstalk.readSettings();
  const policy = policies[settings.get("aws:elasticbeanstalk:command DeploymentPolicy") ?? ""];
  if (policy === undefined) return [[], []];
  const undecided = undecidedOptions(wanted, before, settings);
  const defaults = undecided.length === 0 ? new Map() : await beanstalk.readDefaults(undecided);
  const unread = running === undefined && wanted.resources.size > 0;
  const changes = settingsChanges(
    unread ? { ...wanted, resources: new Map() } : wanted,
    before,
    settings,
    defaults,
  );
  const note = "resources were not compared: the bundle that runs could not be read";
  if (changes.length === 0) return [[], unread ? [note] : []];
  return [
    changes.map((change) => `its files would change ${change}, ${refusal} ${policy} that does`),
    unread ? [note] : [],
  ];
}
