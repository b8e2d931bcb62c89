import type { State } from "../../local/state.ts";
import { readLive } from "../../pipeline/releases/store/live.ts";
import { localStore } from "./local-store.ts";

/** What is live on this machine. */
interface LiveRelease {
  readonly id: string;
  /** The one that pushes go to. */
  readonly environment: string;
  readonly hasSite: boolean;
  readonly hasApi: boolean;
}

/**
 * The release that was verified last, as the release store names it: one of them may have no site that could say so.
 * undefined where no release is live.
 */
export async function liveRelease(state: State): Promise<LiveRelease | undefined> {
  const { store, environment } = await localStore(state);
  try {
    const live = (await readLive(store, environment))?.live;
    return (
      live && {
        id: live.releaseId,
        environment,
        hasSite: Boolean(live.site),
        hasApi: Boolean(live.apiVersion),
      }
    );
  } finally {
    store.s3.destroy();
  }
}
