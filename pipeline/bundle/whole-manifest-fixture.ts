import type { Manifest } from "./manifest.ts";

/** The manifest of a release that has every tier. */
export type WholeManifest = Manifest & Required<Pick<Manifest, "api" | "site" | "migrations">>;

/** The manifest as that of a release with every tier; throws where one is missing. */
export function wholeManifest(manifest: Manifest): WholeManifest {
  const { api, site, migrations, ...rest } = manifest;
  if (!api || !site || !migrations) throw new Error(`release ${manifest.id} lacks a tier`);
  return { ...rest, api, site, migrations };
}
