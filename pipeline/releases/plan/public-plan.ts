// A plan for whoever may not read the release store, as a fork's pull request: compared with what the site itself says is live.
import { type Manifest, type PublicManifest, publicManifest } from "../../bundle/manifest.ts";
import { migrationKey } from "../../bundle/migration-names.ts";
import { explain } from "../../kit/errors.ts";
import { cell, code, table } from "../../kit/markdown.ts";
import { joined } from "./fitted.ts";

const patienceMs = 10_000;

/** The site's public `release.json`; a text says why it cannot be read. Never rejects but for a cancelled job. */
export async function readPublicRelease(
  siteUrl: string,
  signal: AbortSignal,
): Promise<PublicManifest | string> {
  const address = `${siteUrl.replace(/\/+$/, "")}/release.json`;
  try {
    const answer = await fetch(address, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    if (!answer.ok) return `${address} answers with status ${answer.status}`;
    const said = (await answer.json()) as Partial<PublicManifest> | null;
    if (typeof said?.id !== "string") return `${address} names no release`;
    return said as PublicManifest;
  } catch (error) {
    signal.throwIfAborted();
    return `${address} could not be read: ${explain(error)}`;
  }
}

interface PublicPlan {
  readonly verdict: string;
  /** Tiers that change what visitors notice. */
  readonly changed: readonly string[];
  readonly markdown: string;
}

/** What the release changes, as far as digests and names tell; whether that is safe nobody can say from them. */
export function planPublicly(
  candidate: Manifest,
  live: PublicManifest,
  problems: readonly string[],
): PublicPlan {
  const next = publicManifest(candidate);
  const known = new Set(names(live).map((name) => migrationKey({ name })));
  const pending = names(next).filter((name) => !known.has(migrationKey({ name })));
  const rows = [
    { tier: "schema", from: names(live).at(-1), to: names(next).at(-1), changes: pending.length > 0 },
    {
      tier: "api",
      from: live.api?.version,
      to: next.api?.version,
      changes: differ(live.api?.version, next.api?.version),
    },
    {
      tier: "site",
      from: live.site?.digest,
      to: next.site?.digest,
      changes: differ(live.site?.digest, next.site?.digest),
    },
  ].filter(({ from, to }) => from !== undefined || to !== undefined);
  const changed = rows.filter(({ changes }) => changes).map(({ tier }) => tier);
  const what =
    changed.length === 0 ? "No changes: nothing that visitors would notice" : `Changes ${changed.join(", ")}`;
  const verdict =
    problems.length > 0
      ? `Not safe to go live: ${problems.join("; ")}`
      : `${what}; whether it is safe is not checked`;
  const markdown = joined([
    `### ${cell(verdict)}`,
    `What release ${code(next.id)} changes of ${code(live.id)}, which the site says is live. From a fork the release store cannot be read: sizes, files and what is live for the migrations are not compared.`,
    table(
      ["tier", "", "from", "to"],
      rows.map(({ tier, changes, from, to }) => [tier, changes ? "changes" : "same", shown(from), shown(to)]),
    ),
    ...(pending.length > 0 ? [`Pending migrations: ${pending.map(code).join(", ")}.`] : []),
  ]);
  return { verdict, changed, markdown };
}

function names({ migrations = [] }: PublicManifest): readonly string[] {
  return [...migrations].sort();
}

/** What only the live release has stays as it is. */
function differ(from: string | undefined, to: string | undefined): boolean {
  return to !== undefined && from !== to;
}

function shown(state: string | undefined): string {
  return code(state === undefined ? "nothing" : state.length === 64 ? state.slice(0, 12) : state);
}
