import { unzipSync } from "fflate";
import type { ActionContext } from "../kit/action.ts";
import { explain } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import { type OwnRun, readOwnRun } from "./own-run.ts";
import { type Claimed, proofOf } from "./proof.ts";
import { type Rest, restOf } from "./rest.ts";

/** What an earlier run has made, whoever holds it now. */
export interface EarlierResult {
  readonly runId: number;
  readonly commit: string;
  /** The files of its artifact, by name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

interface Wanted extends Claimed {
  /** The file of it whose digest the job said: it vouches for the others. */
  readonly document: string;
}

interface Artifact {
  readonly name: string;
  readonly expired: boolean;
  readonly archive_download_url: string;
  readonly workflow_run: { readonly id: number } | null;
}

/** Anybody who can start a run can leave artifacts; so many are looked at. */
const mostTried = 5;

/**
 * The newest result of that name that a run is proven to have made (`proofOf`); undefined where there is none, with a line of the
 * log for each that does not count. Never throws: where GitHub does not answer, the work is simply done again.
 */
export async function takeEarlierResult(
  wanted: Wanted,
  token: string,
  context: Pick<ActionContext, "run" | "runner" | "signal">,
): Promise<EarlierResult | undefined> {
  if (token === "") return undefined;
  const { runner, signal } = context;
  const rest = restOf(token, context);
  try {
    const query = `name=${encodeURIComponent(wanted.name)}&per_page=100`;
    const { artifacts } = await rest.json<{ artifacts: Artifact[] }>(`/actions/artifacts?${query}`);
    const left = artifacts
      .filter(({ name, expired }) => name === wanted.name && !expired)
      .slice(0, mostTried);
    if (left.length === 0) return undefined;
    const own = await readOwnRun(context, rest);
    for (const artifact of left) {
      const result = await provenResult(artifact, wanted, own, rest);
      if (typeof result !== "string") return result;
      runner.info(`${wanted.name} of run ${artifact.workflow_run?.id} does not count: ${result}`);
    }
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    runner.warning(`could not ask GitHub for an earlier result: ${explain(error)}. The work is done again.`);
    return undefined;
  }
}

/** The files of an artifact that its run is proven to have made; or why they do not count. */
export async function provenResult(
  artifact: Pick<Artifact, "archive_download_url" | "workflow_run">,
  wanted: Wanted,
  own: OwnRun,
  rest: Rest,
): Promise<EarlierResult | string> {
  const runId = artifact.workflow_run?.id;
  if (runId === undefined) return "nobody knows whose it is";
  const proof = await proofOf(runId, wanted, own, rest);
  if ("doubt" in proof) return proof.doubt;
  const files = filesOf(await rest.bytes(artifact.archive_download_url));
  const document = files[wanted.document];
  if (document === undefined || !proof.digests.has(sha256(document))) {
    return `its ${wanted.document} is not the one that the job "${wanted.job}" made`;
  }
  return { runId, commit: proof.commit, files };
}

function filesOf(zip: Uint8Array): Record<string, Uint8Array> {
  const inside = Object.entries(unzipSync(zip)).filter(([name]) => !name.endsWith("/"));
  const outside = inside.find(([name]) => /^[/\\]|\\|^[a-z]:/i.test(name) || name.split("/").includes(".."));
  if (outside) throw new Error(`"${outside[0]}" of an artifact would leave its folder`);
  return Object.fromEntries(inside);
}
