import { explain } from "../../kit/errors.ts";
import type { Beanstalk } from "../environment/beanstalk.ts";
import type { EventStream } from "../environment/event-stream.ts";
import { type EventReading, isError } from "../environment/observation.ts";
import { pollUntil, type WaitContext } from "../environment/poll.ts";
import { judge, notBegun, type Update, type Verdict } from "./judge.ts";

type Ended = Exclude<Verdict, { readonly kind: "waiting" }>;

/**
 * Follows an update to its end, showing events as they come. A cancelled job aborts the update where that is possible.
 * `onTrouble` is called once, at the first sign that the update fails: its instances are still there then.
 */
export async function followUpdate(
  beanstalk: Beanstalk,
  stream: EventStream,
  update: Update,
  onTrouble: () => void,
  context: WaitContext,
): Promise<Ended> {
  const { clock, signal, note } = context;
  const { requestId } = update;
  let progress = notBegun;
  let shown = "";
  let isTroubled = false;
  try {
    return await pollUntil(async () => {
      const [environment, fresh] = await Promise.all([beanstalk.readEnvironment(), stream.read()]);
      for (const event of fresh) note(eventLine(event, requestId));
      if (!isTroubled && fresh.some((event) => isError(event) && event.requestId === requestId)) {
        isTroubled = true;
        onTrouble();
      }
      const isReady = environment?.status === "Ready";
      const instances = isReady ? await beanstalk.readInstances() : undefined;
      const now = clock.now().getTime();
      const judged = judge(update, progress, { environment, instances }, stream.events, now);
      progress = judged.progress;
      if (judged.verdict.kind !== "waiting") return judged.verdict;
      if (judged.verdict.for !== shown) note(`  waiting for ${judged.verdict.for}`);
      shown = judged.verdict.for;
      return undefined;
    }, context);
  } catch (error) {
    if (!signal.aborted) throw error;
    return { kind: "failed", outcome: "aborted", why: await abortUpdate(beanstalk) };
  }
}

async function abortUpdate(beanstalk: Beanstalk): Promise<string> {
  const cancelled = "the job was cancelled";
  try {
    const environment = await beanstalk.readEnvironment();
    if (environment?.abortable && (await beanstalk.abort()))
      return `${cancelled}; Elastic Beanstalk aborts the update`;
    if (environment?.status === "Ready")
      return `${cancelled}; the environment is Ready with "${environment.versionLabel}"`;
    return `${cancelled}; Elastic Beanstalk goes on with the update, which cannot be aborted now`;
  } catch (error) {
    return `${cancelled}; the update could not be aborted: ${explain(error)}`;
  }
}

function eventLine({ at, severity, message, requestId }: EventReading, ours: string): string {
  const other = requestId !== "" && requestId !== ours ? " (another operation)" : "";
  return `${at.toISOString().slice(11, 19)} ${severity.padEnd(5)} ${message}${other}`;
}
