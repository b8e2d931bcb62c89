import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import type { Runner } from "../../kit/runner.ts";
import type { EnvironmentLock } from "../environment/lock.ts";
import { type RunReference, runReference } from "../store/entries.ts";
import { keys } from "../store/keys.ts";
import { listObjects } from "../store/listing.ts";
import { createText, readText, removeObject, type Store } from "../store/objects.ts";
import { readReleaseManifest } from "../store/releases.ts";

/** `pin.json`: why a release stays in the store. */
interface Pin {
  readonly schema: 1;
  readonly by: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly run: RunReference;
}

/** Which release to keep, as it was asked for. */
interface PinRequest {
  readonly "release-id": string;
  readonly reason: string;
}

/** Keeps a release in the store, whatever its age, until it is unpinned. Throws `ReleaseMissing` where there is none. */
export async function pin(
  store: Store,
  given: PinRequest,
  lock: EnvironmentLock,
  { run, runner, clock }: Pick<ActionContext, "run" | "runner" | "clock">,
): Promise<void> {
  const id = releaseId(given);
  // Under the lock no clean-up takes the release out meanwhile.
  const { token } = await lock.take(`pin of ${id}`);
  try {
    await lock.waitForCleanup();
    await readReleaseManifest(store, id);
    const record: Pin = {
      schema: 1,
      by: run.actor,
      reason: given.reason.trim(),
      at: clock.now().toISOString(),
      run: runReference(run),
    };
    const pinned = await createText(store, keys.pin(id), `${JSON.stringify(record, null, 2)}\n`);
    runner.info(pinned ? `${id} is pinned: it stays in the store` : `${id} is pinned already`);
  } finally {
    await lock.giveBack(token);
  }
}

/** Lets retention judge a pinned release like any other again. */
export async function unpin(
  store: Store,
  given: Pick<PinRequest, "release-id">,
  runner: Pick<Runner, "info">,
): Promise<void> {
  const id = releaseId(given);
  const key = keys.pin(id);
  const stored = await readText(store, key);
  if (stored && !(await removeObject(store, key, stored.etag))) {
    throw new ActionError("AttemptTaken", `"${key}" was changed while it was being removed`, {
      hint: "see who pinned the release and why, then unpin it again",
    });
  }
  runner.info(stored ? `${id} is no longer pinned` : `${id} is not pinned: nothing to do`);
}

/** The pinned releases, a line each. */
export async function pinLines(store: Store): Promise<readonly string[]> {
  const objects = await listObjects(store, "releases/");
  const ids = objects.flatMap(({ key }) => (key.endsWith("/pin.json") ? [key.split("/")[1] ?? ""] : []));
  return Promise.all(
    ids.map(async (id) => {
      const pinned = JSON.parse((await readText(store, keys.pin(id)))?.text ?? "{}") as Partial<Pin>;
      return `pinned  ${id} by ${pinned.by ?? "somebody"}${pinned.reason ? `: ${pinned.reason}` : ""}`;
    }),
  );
}

function releaseId(given: Pick<PinRequest, "release-id">): string {
  const id = given["release-id"];
  if (/^\d{8}T\d{6}Z-[0-9a-f]{7,40}$/.test(id)) return id;
  throw new ActionError("InvalidInputs", `input "release-id" must be a release's id, not "${id}"`, {
    hint: "the `release` action's operation status lists the releases",
  });
}
