import { ActionError, explain } from "../../kit/errors.ts";
import { refusalOf } from "../environment/call.ts";
import { pollUntil, type WaitContext } from "../environment/poll.ts";
import type { ApplicationVersions, VersionReading } from "./application-versions.ts";
import { describeVersion, type WantedVersion } from "./wanted-version.ts";

/** No version is processed sooner. */
const processingMs = 300;
const visibleMs = 5 * 60_000;

/** Who deploys, as far as making the version depends on it. */
export interface VersionMaker {
  /** Into the version's description: who made it. */
  readonly note: string;
  /** Whether an object is in a bucket; without it Elastic Beanstalk finds out. */
  readonly hasObject?: (bucket: string, key: string) => Promise<boolean>;
  /** Deletes versions that need not stay, where the account may have no more; returns how many are gone. */
  readonly makeRoom?: () => Promise<number>;
}

/**
 * Creates the version where there is none, and waits until Elastic Beanstalk has processed its source bundle. A version
 * whose label is its content may have been made of another release's, which is no longer stored: Elastic Beanstalk could
 * not deploy it, so it is made anew of this one.
 */
export async function ensureVersion(
  versions: ApplicationVersions,
  wanted: WantedVersion,
  known: VersionReading | undefined,
  { note, hasObject, makeRoom }: VersionMaker,
  context: WaitContext,
): Promise<void> {
  const { label, source } = wanted;
  if (source !== undefined) {
    const isAnother = known !== undefined && (known.bucket !== source.bucket || known.key !== source.key);
    const isGone =
      isAnother && wanted.labelIsContent && hasObject && !(await hasObject(known.bucket, known.key));
    const isDeleted = isGone && (await deleted(versions, label, known.key, context));
    if (known === undefined || isDeleted) {
      await created(() => versions.create(label, source, describeVersion(wanted, note)), makeRoom);
      await context.clock.sleep(processingMs, context.signal);
    } else if (!isUnderWay(known)) {
      return;
    }
  }
  const until = context.clock.now().getTime() + visibleMs;
  await pollUntil(async () => {
    const found = await versions.read(label);
    if (found?.status === "FAILED" || context.clock.now().getTime() > until) {
      throw new ActionError("VersionUnusable", `Elastic Beanstalk could not process version "${label}"`, {
        hint: "look at the environment's events: a file in .ebextensions, or env.yaml, is invalid",
      });
    }
    // Just made, it may not show yet.
    return found === undefined || isUnderWay(found) ? undefined : found;
  }, context);
}

/** At the account's quota of versions, makes room and tries once more. */
async function created(create: () => Promise<boolean>, makeRoom: VersionMaker["makeRoom"]): Promise<void> {
  try {
    await create();
  } catch (error) {
    const isFull = error instanceof ActionError && refusalOf(error.cause ?? error) === "quota";
    if (!isFull || !makeRoom || (await makeRoom()) === 0) throw error;
    await create();
  }
}

function isUnderWay({ status }: VersionReading): boolean {
  return /^(PROCESSING|BUILDING)$/.test(status);
}

/** False where another environment runs the version: then Elastic Beanstalk is left to do with it what it can. */
async function deleted(
  versions: ApplicationVersions,
  label: string,
  key: string,
  context: WaitContext,
): Promise<boolean> {
  context.note(`version ${label} was made of ${key}, which is no longer stored: making it anew`);
  try {
    await versions.delete(label);
    return true;
  } catch (error) {
    context.note(`it stays as it is: ${explain(error)}`);
    return false;
  }
}
