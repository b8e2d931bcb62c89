import { names } from "../../../local/provision/names.ts";
import type { WholeManifest } from "../../../pipeline/bundle/whole-manifest-fixture.ts";
import { headline } from "../../../pipeline/releases/views/headline.ts";
import { readOverview } from "../../../pipeline/releases/views/overview.ts";
import { localWitnesses } from "../../../scripts/laptop/local-witnesses.ts";
import { servedParts, shownStates } from "./judge.ts";
import type { Stage } from "./stage.ts";

/**
 * What the views say that is not so, right after something went wrong and before anybody recovers: that what visitors get is whole
 * or is not, against an independent look at it; that all is well while an attempt is open; that a deployment is over while its
 * attempt is not. [] where every word is true.
 */
export async function untrueWords(
  stage: Stage,
  releases: readonly WholeManifest[],
  {
    mayBeUntold,
  }: { /** The machine may have died before the page heard of the attempt. */ readonly mayBeUntold: boolean },
): Promise<readonly string[]> {
  const live = await stage.live();
  const manifest = releases.find(({ id }) => id === live.releaseId);
  if (manifest === undefined) return [];
  const before = await servedParts(stage, manifest);
  const store = { s3: stage.s3, bucket: names.artifacts };
  const overview = await readOverview(
    store,
    names.environment,
    5,
    localWitnesses(stage.stack.state, names.environment, true),
  );
  const after = await servedParts(stage, manifest);
  const untrue: string[] = [];
  // What changed between the two looks, as Elastic Beanstalk goes on with what it was told, says nothing about the view's.
  if ((before.length === 0) === (after.length === 0) && overview.whole !== "unknown") {
    const whole = after.length === 0 ? "yes" : "no";
    if (overview.whole !== whole) {
      untrue.push(
        `the view calls whole "${overview.whole}" (${overview.seen}), and it is "${whole}": ${after.join("; ")}`,
      );
    }
  }
  const { open } = overview;
  const words = headline({ ...overview, now: new Date() });
  if (open !== null && / is live in /.test(words))
    untrue.push(`attempt ${open.seq} is open, and it is said that "${words}"`);
  if (open !== null) {
    const states = await shownStates(stage, open.seq);
    const over = states.filter((state) => state !== "in_progress" && !(mayBeUntold && state === "none"));
    if (over.length > 0)
      untrue.push(`attempt ${open.seq} is open, and its deployment on GitHub is ${over.join(", ")}`);
  }
  return untrue;
}
