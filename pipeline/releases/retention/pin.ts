import { ActionError } from "../../kit/errors.ts";
import { waitUntilSwept } from "../begin/standing.ts";
import type { ReleaseInputs } from "../inputs.ts";
import { lockEnvironment, runReference, type Session, unlockEnvironment } from "../session.ts";
import type { RunReference } from "../store/entries.ts";
import { keys } from "../store/keys.ts";
import { listObjects } from "../store/listing.ts";
import { createText, readText, removeObject } from "../store/objects.ts";
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

/** Keeps a release in the store, whatever its age, until it is unpinned. Throws `ReleaseMissing` where there is none. */
export async function pin(session: Session, given: ReleaseInputs): Promise<void> {
  const { context, store } = session;
  const id = releaseId(given);
  // Under the lock no sweep takes the release out meanwhile.
  const { token } = await lockEnvironment(session, `pin of ${id}`);
  try {
    await waitUntilSwept(session);
    await readReleaseManifest(store, id);
    const record: Pin = {
      schema: 1,
      by: context.run.actor,
      reason: given.reason.trim(),
      at: context.clock.now().toISOString(),
      run: runReference(context),
    };
    const pinned = await createText(store, keys.pin(id), `${JSON.stringify(record, null, 2)}\n`);
    context.runner.info(pinned ? `${id} is pinned: it stays in the store` : `${id} is pinned already`);
  } finally {
    await unlockEnvironment(session, token);
  }
}

/** Lets retention judge a pinned release like any other again. */
export async function unpin({ context, store }: Session, given: ReleaseInputs): Promise<void> {
  const id = releaseId(given);
  const key = keys.pin(id);
  const stored = await readText(store, key);
  if (stored && !(await removeObject(store, key, stored.etag))) {
    throw new ActionError("AttemptTaken", `"${key}" was changed while it was being removed`, {
      hint: "see who pinned the release and why, then unpin it again",
    });
  }
  context.runner.info(stored ? `${id} is no longer pinned` : `${id} is not pinned: nothing to do`);
}

/** The pinned releases, a line each. */
export async function pinLines({ store }: Session): Promise<readonly string[]> {
  const objects = await listObjects(store, "releases/");
  const ids = objects.flatMap(({ key }) => (key.endsWith("/pin.json") ? [key.split("/")[1] ?? ""] : []));
  return Promise.all(
    ids.map(async (id) => {
      const pinned = JSON.parse((await readText(store, keys.pin(id)))?.text ?? "{}") as Partial<Pin>;
      return `pinned  ${id} by ${pinned.by ?? "somebody"}${pinned.reason ? `: ${pinned.reason}` : ""}`;
    }),
  );
}

function releaseId(given: ReleaseInputs): string {
  const id = given["release-id"];
  if (/^\d{8}T\d{6}Z-[0-9a-f]{7,40}$/.test(id)) return id;
  throw new ActionError("InvalidInputs", `input "release-id" must be a release's id, not "${id}"`, {
    hint: "the `release` action's operation status lists the releases",
  });
}
