import type { Manifest } from "../../bundle/manifest.ts";
import { disagreement } from "../store/agreement.ts";
import type { Environment } from "../store/environment.ts";
import { newestAttempt } from "../store/history.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import { type Live, readLive } from "../store/live.ts";

/** What an environment has: the newest attempt, and what is live. */
export interface EnvironmentState {
  readonly last: AttemptRecord | undefined;
  readonly live: Live | null;
}

/** The same with the manifest of what is live; null where nothing is. */
export interface WholeState extends EnvironmentState {
  readonly liveManifest: Manifest | null;
}

/** The newest attempt and what is live. `near` is the number of a recent attempt, where it is known. Throws `LedgerDamaged` where they contradict each other. */
export async function readState({ store, name }: Environment, near?: number): Promise<EnvironmentState> {
  const reading = readLive(store, name).then((held) => held?.live ?? null);
  const [live, last] = await Promise.all([reading, newestAttempt(store, name, near ?? (await reading)?.seq)]);
  const damage = disagreement(name, live, last);
  if (damage) throw damage;
  return { last, live };
}
