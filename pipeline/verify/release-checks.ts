import { type Manifest, siteFilesOf } from "../bundle/manifest.ts";
import { type Check, type Finding, get, type PublicAddresses } from "./check.ts";
import { mixedContent } from "./page.ts";
import { type Route, routeChecks } from "./routes.ts";

/** What the site shows where it is asked for nothing in particular. */
const startPage = "index.html";

/** The live system as one release: who has to answer as what. */
export interface Wanted extends PublicAddresses {
  readonly manifest: Manifest;
  readonly routes: readonly Route[];
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
  const { site, api } = wanted.manifest;
  return [
    ...(site ? [siteCheck(wanted)] : []),
    ...(api ? [versionCheck(wanted, api.version)] : []),
    ...(site && api ? [configCheck(wanted)] : []),
    ...(api ? routeChecks(wanted.routes, { ...wanted, siteUrl: site ? wanted.siteUrl : "" }) : []),
  ];
}

function siteCheck({ manifest, siteUrl }: Wanted): Check {
  return {
    probe: get(`${siteUrl}/release.json`),
    connections: 3,
    judge: ({ status, body }) => {
      const id = field(body, "id");
      if (status === 200 && id === manifest.id) return undefined;
      return {
        problem: "site-behind",
        ...(named(status, id) ? { otherIn: "site" } : {}),
        message: `the site is ${shown(status, id, "release")}, not release "${manifest.id}"`,
      };
    },
  };
}

function versionCheck({ apiUrl }: Wanted, wanted: string): Check {
  return {
    probe: get(`${apiUrl}/version`),
    connections: 3,
    judge: ({ status, body }) => {
      const version = field(body, "version");
      if (status === 200 && version === wanted) return undefined;
      return {
        problem: "api-behind",
        ...(named(status, version) ? { otherIn: "api" } : {}),
        message: `the API is ${shown(status, version, "version")}, not version "${wanted}"`,
      };
    },
  };
}

function configCheck({ siteUrl, apiUrl }: Wanted): Check {
  return {
    probe: get(`${siteUrl}/config.json`),
    connections: 1,
    judge: ({ status, body }) => {
      const api = field(body, "api");
      if (status === 200 && api?.replace(/\/+$/, "") === apiUrl) return undefined;
      return {
        problem: "config-wrong",
        message: `the site's config.json answers ${status} and sends visitors to ${api === undefined ? "no API" : `the API "${api}"`}, not to "${apiUrl}"`,
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

function field(body: string, name: string): string | undefined {
  try {
    const value = (JSON.parse(body) as Record<string, unknown> | null)?.[name];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function named(status: number, value: string | undefined): boolean {
  return status === 200 && value !== undefined;
}

function shown(status: number, value: string | undefined, noun: string): string {
  if (status !== 200) return `answering ${status}`;
  return value === undefined ? `naming no ${noun}` : `${noun} "${value}"`;
}
