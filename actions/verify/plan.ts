import type { Manifest } from "../lib/bundle.ts";
import type { Answer, Probe } from "./probe.ts";

/** Where a release is seen from outside. */
export interface PublicAddresses {
  /** Without a trailing slash. */
  readonly siteUrl: string;
  /** Without a trailing slash and without `/api/v0`. */
  readonly apiUrl: string;
}

/** What can be wrong with a release as visitors see it. */
export type Flaw =
  | "site-behind"
  | "api-behind"
  | "page-broken"
  | "config-wrong"
  | "origin-refused"
  | "mixed-content"
  | "unreachable";

export interface Finding {
  readonly flaw: Flaw;
  readonly message: string;
}

/** One question to the live system, and what makes its answer right. */
export interface Check {
  readonly probe: Probe;
  /** How often it is asked per round, each time on a connection of its own. */
  readonly connections: number;
  judge(answer: Exclude<Answer, { error: string }>): Finding | undefined;
}

/** Every question whose answers together mean that the release is what visitors get. */
export function checksOf(manifest: Manifest, { siteUrl, apiUrl }: PublicAddresses): readonly Check[] {
  const origin = new URL(siteUrl).origin;
  const get = (url: string): Probe => ({ method: "GET", url });
  const checks: Check[] = [
    {
      probe: get(`${siteUrl}/release.json`),
      connections: 3,
      judge: ({ status, body }) => {
        const id = field(body, "id");
        if (status === 200 && id === manifest.id) return undefined;
        return {
          flaw: "site-behind",
          message: `the site is ${shown(status, id, "release")}, not release "${manifest.id}"`,
        };
      },
    },
    {
      probe: get(`${apiUrl}/version`),
      connections: 3,
      judge: ({ status, body }) => {
        const version = field(body, "version");
        if (status === 200 && version === manifest.api.version) return undefined;
        return {
          flaw: "api-behind",
          message: `the API is ${shown(status, version, "version")}, not version "${manifest.api.version}"`,
        };
      },
    },
    {
      probe: get(`${siteUrl}/`),
      connections: 1,
      judge: ({ status, headers }) => {
        const type = headers["content-type"] ?? "";
        if (status === 200 && type.startsWith("text/html")) return undefined;
        return {
          flaw: "page-broken",
          message: `the site's start page answers ${status} with content type "${type}"`,
        };
      },
    },
    {
      probe: get(`${siteUrl}/config.json`),
      connections: 1,
      judge: ({ status, body }) => {
        const api = field(body, "api");
        if (status === 200 && api?.replace(/\/+$/, "") === apiUrl) return undefined;
        return {
          flaw: "config-wrong",
          message: `the site's config.json answers ${status} and sends visitors to ${api === undefined ? "no API" : `the API "${api}"`}, not to "${apiUrl}"`,
        };
      },
    },
  ];
  if (origin !== new URL(apiUrl).origin) {
    checks.push({
      probe: {
        method: "OPTIONS",
        url: `${apiUrl}/api/v0/feed`,
        headers: {
          origin,
          "access-control-request-method": "GET",
          "access-control-request-headers": "authorization",
        },
      },
      connections: 1,
      judge: ({ status, headers }) => {
        const allowed = headers["access-control-allow-origin"];
        if (status < 300 && (allowed === "*" || allowed === origin)) return undefined;
        return {
          flaw: "origin-refused",
          message: `the API answers the preflight of origin "${origin}" with ${status} and allows ${allowed === undefined ? "no origin" : `"${allowed}"`}`,
        };
      },
    });
  }
  return checks;
}

/** What no waiting mends: browsers block an http API on an https page. */
export function addressFinding({ siteUrl, apiUrl }: PublicAddresses): Finding | undefined {
  if (!siteUrl.startsWith("https:") || apiUrl.startsWith("https:")) return undefined;
  return {
    flaw: "mixed-content",
    message: `the site "${siteUrl}" is https and the API "${apiUrl}" is not: browsers block such requests`,
  };
}

/** What is wrong with the answers of one round; empty when all of them are right. Sorted as the checks are, without repeats. */
export function judgeRound(
  checks: readonly Check[],
  answers: readonly (readonly Answer[])[],
): readonly Finding[] {
  const findings = checks.flatMap((check, index) =>
    (answers[index] ?? []).flatMap((answer): Finding[] => {
      if ("error" in answer) {
        return [{ flaw: "unreachable", message: `"${check.probe.url}" does not answer: ${answer.error}` }];
      }
      const finding = check.judge(answer);
      return finding ? [finding] : [];
    }),
  );
  return findings.filter(
    (finding, index) => findings.findIndex(({ message }) => message === finding.message) === index,
  );
}

/** One line per check: what was asked, and the last answers. */
export function answerLines(
  checks: readonly Check[],
  answers: readonly (readonly Answer[])[],
): readonly string[] {
  return checks.flatMap(({ probe }, index) => {
    const texts = (answers[index] ?? []).map((answer) =>
      "error" in answer
        ? answer.error
        : `${answer.status} ${answer.body.replace(/\s+/g, " ").trim().slice(0, 120)}`.trim(),
    );
    return [`${probe.method.padEnd(7)} ${probe.url}  ${[...new Set(texts)].join(" | ")}`];
  });
}

function field(body: string, name: string): string | undefined {
  try {
    const value = (JSON.parse(body) as Record<string, unknown> | null)?.[name];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function shown(status: number, value: string | undefined, noun: string): string {
  if (status !== 200) return `answering ${status}`;
  return value === undefined ? `naming no ${noun}` : `${noun} "${value}"`;
}
