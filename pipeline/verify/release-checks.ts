import type { VersionSource } from "../api/versions/version-source.ts";
import { type Manifest, siteFilesOf } from "../bundle/manifest.ts";
import { field, named, shown } from "./answer-field.ts";
import { type AppRoute, versionCheck } from "./api-checks.ts";
import type { ApiEnvironment } from "./api-environment.ts";
import { type Check, type Finding, get, type PublicAddresses } from "./check.ts";
import { configCheck } from "./config-check.ts";
import { mixedContent } from "./page.ts";
import { type Route, routeChecks } from "./routes.ts";
import type { SiteOrigin } from "./site-origin.ts";

/** What the site shows where it is asked for nothing in particular. */
const startPage = "index.html";

/** The live system as one release: who has to answer as what. */
export interface Wanted extends PublicAddresses {
  readonly manifest: Manifest;
  readonly routes: readonly Route[];
  /** Text that the site's config.json was given; null where nobody says what that is. */
  readonly config: string | null;
  /** Whether the site says in release.json which release it is. */
  readonly releaseJson: boolean;
  readonly version: VersionSource;
  /** Found out while the first questions are under way. */
  readonly app: Promise<AppRoute>;
  /** Undefined where nobody says what it is: then public addresses have to say it all. */
  readonly environment: ApiEnvironment | undefined;
  /** Undefined where nobody says which bucket it is: then nothing is known past a cache. */
  readonly origin?: SiteOrigin | undefined;
}

/** The question whose answer names everything else that a visitor's browser loads. */
export function pageCheck({ siteUrl, manifest }: Wanted): Check {
  return {
    probe: get(`${siteUrl}/`),
    connections: 1,
    judge: ({ status, headers, body, sha256 }) => {
      const type = headers["content-type"] ?? "";
      if (status !== 200 || !type.startsWith("text/html")) {
        return {
          problem: "page-broken",
          message: `the site's start page answers ${status} with content type "${type}"`,
        };
      }
      const promised = siteFilesOf(manifest)[startPage]?.sha256;
      if (promised !== undefined && sha256 !== promised) {
        return {
          problem: "page-broken",
          message: `the site's start page has other bytes than "${startPage}" of release "${manifest.id}"`,
        };
      }
      return mixedContent(body, siteUrl);
    },
  };
}

/** Every other question whose answers together mean that the release is what visitors get; of what it has, and no more. */
export function checksOf(wanted: Wanted): readonly Check[] {
  const { manifest, siteUrl, apiUrl, routes, releaseJson } = wanted;
  const { site, api } = manifest;
  const config = site && configCheck(wanted, wanted.config);
  return [
    ...(site && releaseJson ? [releaseCheck(siteUrl, manifest.id)] : []),
    ...(api ? [versionCheck(apiUrl, wanted.version, api.version)] : []),
    ...(config ? [config] : []),
    ...(api ? routeChecks(routes, { apiUrl, siteUrl: site ? siteUrl : "" }) : []),
  ];
}

function releaseCheck(siteUrl: string, releaseId: string): Check {
  return {
    probe: get(`${siteUrl}/release.json`),
    connections: 3,
    judge: ({ status, body }) => {
      const id = field(body, "id");
      if (status === 200 && id === releaseId) return undefined;
      return {
        problem: "site-behind",
        ...(named(status, id) ? { otherIn: "site" } : {}),
        message: `the site is ${shown(status, id, "release")}, not release "${releaseId}"`,
      };
    },
  };
}

/** What no waiting mends: browsers block an http API on an https page. */
export function addressFinding({ manifest, siteUrl, apiUrl }: Wanted): Finding | undefined {
  if (!manifest.site || !manifest.api) return undefined;
  if (!siteUrl.startsWith("https:") || apiUrl.startsWith("https:")) return undefined;
  return {
    problem: "mixed-content",
    message: `the site "${siteUrl}" is https and the API "${apiUrl}" is not: browsers block such requests`,
  };
}
