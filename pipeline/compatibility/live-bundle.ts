// The bundle of the live release, without credentials: what the site says is live, out of the run that built it.
import { emptyFolder, writeFiles } from "../build/output-folder.ts";
import { checkBundle } from "../bundle/bundle-check.ts";
import { type Manifest, manifestFile, parseManifest, writeManifest } from "../bundle/manifest.ts";
import { provenResult } from "../github/earlier-result.ts";
import { type OwnRun, readOwnRun } from "../github/own-run.ts";
import { type Rest, restOf } from "../github/rest.ts";
import type { ActionContext } from "../kit/action.ts";
import { explain } from "../kit/errors.ts";
import type { CompatibilityInputs } from "./inputs.ts";

export interface LiveBundle {
  readonly manifest: Manifest;
  readonly folder: string;
  /** How it is known that this is live, in words. */
  readonly how: string;
}

interface Wanted {
  readonly commit: string;
  readonly how: string;
}

/** So many runs of a commit, and artifacts of a run, are looked at. */
const mostTried = 5;

/**
 * Brings the bundle into a folder. The site's `release.json` names the release; where there is none to ask, the newest commit of the
 * default branch that was built stands in, which is said. Never rejects but for a cancelled job: then why it is unknown.
 */
export async function takeLiveBundle(
  inputs: Pick<CompatibilityInputs, "site-url" | "github-token" | "job">,
  folder: string,
  context: ActionContext,
): Promise<LiveBundle | { readonly unknown: string }> {
  if (inputs["github-token"] === "")
    return { unknown: "without a token nobody can ask GitHub for the live release's bundle" };
  const rest = restOf(inputs["github-token"], context);
  try {
    const own = await readOwnRun(context, rest);
    const candidates = await wantedCommits(inputs["site-url"], rest, context.signal);
    const doubts: string[] = [];
    for (const { commit, how } of candidates) {
      for (const runId of await runsOf(commit, rest)) {
        const found = await bundleOf(runId, inputs.job, folder, own, rest);
        if (typeof found === "string") doubts.push(`run ${runId}: ${found}`);
        else return { manifest: found, folder, how };
      }
    }
    return {
      unknown:
        doubts[0] ??
        "GitHub has no bundle of what is live any more; its artifact has expired, or was never made",
    };
  } catch (error) {
    context.signal.throwIfAborted();
    return { unknown: `the live release's bundle could not be had: ${explain(error)}` };
  }
}

/** The commit that is live; else those of the default branch, newest first. */
async function wantedCommits(siteUrl: string, rest: Rest, signal: AbortSignal): Promise<readonly Wanted[]> {
  if (siteUrl !== "") {
    const response = await fetch(`${siteUrl}/release.json`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
      cache: "no-store",
    });
    if (!response.ok) throw new Error(`${siteUrl}/release.json answered ${response.status}`);
    const { id } = (await response.json()) as { readonly id?: unknown };
    const [, short] = /^\d{8}T\d{6}Z-([0-9a-f]{7,40})$/.exec(String(id)) ?? [];
    if (short === undefined) throw new Error(`${siteUrl}/release.json names no release`);
    const { sha } = await rest.json<{ readonly sha: string }>(`/commits/${short}`);
    return [{ commit: sha, how: `${siteUrl} says that ${id} is live` }];
  }
  const commits = await rest.json<readonly { readonly sha: string }[]>(`/commits?per_page=${mostTried}`);
  const how =
    "what is live was not asked (no `site-url`): the newest build of the default branch stands in for it";
  return commits.map(({ sha }) => ({ commit: sha, how }));
}

async function runsOf(commit: string, rest: Rest): Promise<readonly number[]> {
  const { workflow_runs: runs } = await rest.json<{
    readonly workflow_runs: readonly { readonly id: number }[];
  }>(`/actions/runs?head_sha=${commit}&per_page=${mostTried}`);
  return runs.map(({ id }) => id);
}

interface Artifact {
  readonly name: string;
  readonly expired: boolean;
  readonly archive_download_url: string;
}

/** The manifest of the bundle that the run is proven to have made, now in the folder; or why there is none. */
async function bundleOf(
  runId: number,
  job: string,
  folder: string,
  own: OwnRun,
  rest: Rest,
): Promise<Manifest | string> {
  const { artifacts } = await rest.json<{ readonly artifacts: readonly Artifact[] }>(
    `/actions/runs/${runId}/artifacts?per_page=100`,
  );
  const bundles = artifacts.filter(({ name }) => name.startsWith("bundle-"));
  if (bundles.length === 0) return "it has left no bundle";
  for (const { name, expired, archive_download_url: address } of bundles.slice(0, mostTried)) {
    if (expired) return "its bundle has expired";
    const artifact = { archive_download_url: address, workflow_run: { id: runId } };
    const result = await provenResult(artifact, { name, job, document: manifestFile }, own, rest);
    if (typeof result === "string") return result;
    const { [manifestFile]: text, ...files } = result.files;
    const manifest = parseManifest(Buffer.from(text ?? "").toString("utf8"), `${name}/${manifestFile}`);
    await emptyFolder(folder);
    await writeFiles(folder, Object.entries(files));
    await checkBundle(folder, manifest);
    await writeManifest(folder, manifest);
    return manifest;
  }
  return "it has left no bundle";
}
