import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { adoptedReleaseId, formatManifest, type Manifest, parseManifest } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import { keys } from "../store/keys.ts";
import { createBytes, createText, readText, readToFile, type Store } from "../store/objects.ts";
import { copySiteFiles } from "./copy-site-files.ts";
import type { Found, FoundApi, FoundFile } from "./found.ts";

/** What is to be taken over. */
export interface Adopted extends Pick<Found, "api" | "records"> {
  readonly site?: { readonly bucket: string; readonly files: readonly FoundFile[] };
}

/**
 * Copies what is live into the release store, its manifest last, all of it create-only. The same thing found again has the same id
 * and the same bytes: whoever was stopped in the middle goes on. Throws `ReleaseAltered` where it is not the same any more.
 */
export async function storeAdopted(
  store: Store,
  adopted: Adopted,
  context: ActionContext,
): Promise<Manifest> {
  const { api, site, records } = adopted;
  const newest = new Date(Math.max(...times(adopted)));
  const id = adoptedReleaseId(newest);
  const [apiPart, files] = await Promise.all([
    api && storeBundle(store, id, api, context),
    site && copySiteFiles(store, site, context),
  ]);
  const manifest: Manifest = {
    schema: 2,
    id,
    commit: "",
    committedAt: newest.toISOString(),
    origin: "adopted",
    recorded: "names" in records ? (records.names ?? []) : [],
    ...(apiPart && { api: apiPart }),
    ...(files && { site: { files } }),
  };
  const text = formatManifest(manifest);
  const key = keys.manifest(id);
  parseManifest(text, key);
  if (!(await createText(store, key, text)) && (await readText(store, key))?.text !== text)
    throw altered(key);
  return manifest;
}

/** In milliseconds; of whole seconds, as release ids have them. */
function times({ api, site }: Adopted): readonly number[] {
  const read = api?.bundle.read;
  return [
    ...(read && "modified" in read ? [read.modified.getTime()] : []),
    ...(site?.files.map(({ modifiedAt }) => modifiedAt * 1000) ?? []),
  ].map((time) => Math.floor(time / 1000) * 1000);
}

async function storeBundle(
  store: Store,
  id: string,
  { label, platform, bundle }: FoundApi,
  { run }: Pick<ActionContext, "run">,
): Promise<Manifest["api"]> {
  const folder = await mkdtemp(join(run.temp, "adopted-"));
  const read = async (
    from: Store,
    key: string,
  ): Promise<{ readonly sha256: string; readonly path: string }> => {
    const path = join(folder, "api.zip");
    const sha256 = await readToFile(from, key, path);
    if (sha256 !== undefined) return { sha256, path };
    throw new ActionError(
      "AdoptRefused",
      `the source bundle s3://${from.bucket}/${key} went away meanwhile`,
      {
        hint: "run it again: it says what is there now",
      },
    );
  };
  try {
    const { sha256, path } = await read({ s3: store.s3, bucket: bundle.bucket }, bundle.key);
    const content = await readFile(path);
    const key = keys.api(id);
    if (
      !(await createBytes(store, key, content, "application/zip")) &&
      (await read(store, key)).sha256 !== sha256
    )
      throw altered(key);
    const node = /Node\.js (\d+)/.exec(platform)?.[1] ?? "unknown";
    return { version: label, sha256, bytes: content.length, node };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function altered(key: string): ActionError {
  return new ActionError(
    "ReleaseAltered",
    `"${key}" is in the release store with other bytes than what is live`,
    {
      hint: "somebody took this environment over before, and what is live has changed since: take that folder out of the store, and run it again",
    },
  );
}
