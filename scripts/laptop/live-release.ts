import type { State } from "../../local/state.ts";
import { headline } from "../../pipeline/releases/views/headline.ts";
import { readBriefOverview } from "../../pipeline/releases/views/overview.ts";
import { localStore } from "./local-store.ts";
import { localWitnesses } from "./local-witnesses.ts";

/** What is live on this machine. */
interface LiveRelease {
  readonly id: string;
  /** The one that pushes go to. */
  readonly environment: string;
  readonly hasSite: boolean;
  readonly hasApi: boolean;
  /** Why it may not be what visitors get: an attempt that has no end, in words. */
  readonly doubt: string | undefined;
}

/**
 * The release that was verified last, as the release store names it: one of them may have no site that could say so.
 * undefined where no release is live.
 */
export async function liveRelease(state: State): Promise<LiveRelease | undefined> {
  const { store, environment } = await localStore(state);
  try {
    const overview = await readBriefOverview(store, environment, 1, localWitnesses(state, environment, true));
    const { live, open } = overview;
    return (
      (live && {
        id: live.releaseId,
        environment,
        hasSite: Boolean(live.site),
        hasApi: Boolean(live.apiVersion),
        doubt: open ? headline({ ...overview, environment, now: new Date() }) : undefined,
      }) ??
      undefined
    );
  } finally {
    store.s3.destroy();
  }
}
