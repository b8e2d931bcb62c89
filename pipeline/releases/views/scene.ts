import type { Manifest } from "../../bundle/manifest.ts";
import { explain } from "../../kit/errors.ts";
import type { WorkflowRun } from "../../kit/workflow-run.ts";
import type { PlaceInputs } from "../inputs.ts";
import type { Session } from "../session.ts";
import { readReleaseManifest } from "../store/releases.ts";
import { type Outlook, readOutlook } from "./overview.ts";

/** How many attempts back a summary looks for releases to roll back to. */
export const attemptsShown = 20;

/** What a summary shows around the attempt that it is about. */
export interface Scene {
  readonly environment: string;
  readonly place: PlaceInputs;
  readonly run: WorkflowRun;
  readonly now: Date;
  /** On a laptop, where AWS and GitHub are stand-ins that have no console. */
  readonly isLocal: boolean;
  /** undefined where the release store did not answer any more. */
  readonly outlook: Outlook | undefined;
}

/** Reads what the summary shows. A summary is a view: what cannot be read is missing in it, and fails nothing. */
export async function readScene(session: Session): Promise<Scene> {
  const { context, place, store, environment } = session;
  const outlook = await readOutlook(store, environment, attemptsShown).catch((error: unknown) => {
    context.signal.throwIfAborted();
    context.runner.warning(`could not read the candidates for the summary: ${explain(error)}`);
    return undefined;
  });
  return {
    environment,
    place,
    run: context.run,
    now: context.clock.now(),
    isLocal: context.env.AWS_ENDPOINT_URL !== undefined,
    outlook,
  };
}

/** The manifest of a stored release, for a summary; undefined where there is none to read. */
export async function shownManifest(
  { store }: Session,
  releaseId: string | undefined,
): Promise<Manifest | undefined> {
  if (releaseId === undefined) return undefined;
  return readReleaseManifest(store, releaseId).catch(() => undefined);
}
