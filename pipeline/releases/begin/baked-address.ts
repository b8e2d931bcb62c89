// A site that was built with the address of one environment in it, and is to go live in another, too.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, siteFilesOf, siteFolder } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";

export interface SharedBundle {
  readonly environment: string;
  /** The other environment that gets the same bundle; "" where there is none. */
  readonly sharesWith: string;
  /** Public address of this environment's API; "" where the step was not told. */
  readonly apiUrl: string;
  /** Public address of its site, which canonical links and the like may name; "" where the step was not told. */
  readonly siteUrl: string;
}

/** The name that every environment of Elastic Beanstalk has, and that no two have. */
const beanstalkAddress = /https?:\/\/[\w.-]+\.elasticbeanstalk\.com\b/i;

/**
 * Throws `AddressBaked` where the scripts or pages of a site that two environments get name the API of one.
 *
 * | in | refused |
 * |---|---|
 * | scripts and JSON | the host of this environment's API, and any of Elastic Beanstalk |
 * | pages | the same, unless site and API have one host |
 */
export async function refuseBakedAddress(
  directory: string,
  manifest: Pick<Manifest, "id" | "site">,
  shared: SharedBundle,
): Promise<void> {
  const { environment, sharesWith } = shared;
  if (sharesWith === "") return;
  const api = hostOf(shared.apiUrl);
  for (const [key, { contentType, redirect }] of Object.entries(siteFilesOf(manifest))) {
    const isPage = /html/.test(contentType);
    if (!isPage && !/javascript|json/.test(contentType)) continue;
    const text = redirect ?? (await readFile(join(directory, siteFolder, key), "latin1"));
    const own = api === "" || (isPage && api === hostOf(shared.siteUrl)) ? undefined : addressIn(text, api);
    const found = own ?? beanstalkAddress.exec(text)?.[0];
    if (found === undefined) continue;
    const whose = own === undefined ? "one environment's API" : `the API of ${environment}`;
    throw new ActionError(
      "AddressBaked",
      `the site of release "${manifest.id}" has "${found}" in "${key}", the address of ${whose}: ${environment} and ${sharesWith} get the same bundle`,
      {
        hint: "call the API by relative addresses, with site and API behind one address; or read the address from config.json, which input `config` writes at deploy",
      },
    );
  }
}

function hostOf(url: string): string {
  return url === "" ? "" : new URL(url).host;
}

/** The host, with the scheme before it where there is one, as it stands in a text; undefined where it does not. */
function addressIn(text: string, host: string): string | undefined {
  const escaped = host.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(https?:)?(//)?(?<![\\w.-])${escaped}(?![\\w.-]*\\w)`, "i").exec(text)?.[0];
}
