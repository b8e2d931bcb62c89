import type { Manifest } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import type { SiteTarget } from "../environment/targets.ts";

/** Refuses a site that was built with what is written into it at deploy: its step would find that out after the API has moved. */
export function refuseSiteClash(
  { id, site }: Pick<Manifest, "id" | "site">,
  { config, releaseJson }: Pick<SiteTarget, "config" | "releaseJson">,
): void {
  const written = [...(config === null ? [] : ["config.json"]), ...(releaseJson ? ["release.json"] : [])];
  const both = written.filter((key) => site !== undefined && key in site.files);
  if (both.length === 0) return;
  throw new ActionError(
    "KeyClash",
    `the site of release "${id}" has ${both.join(" and ")}, written at deploy`,
    {
      hint: "leave out `config`, or set `release-json` to false, here and at s3-sync; or take the file out of the site",
    },
  );
}
