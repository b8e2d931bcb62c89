import { randomBytes, timingSafeEqual } from "node:crypto";
import type { JobIdentity, Permissions } from "../../runner-services.ts";
import { JsonFile } from "../state/json-file.ts";

/** Who makes a request. */
export type Principal = { readonly kind: "person" } | { readonly kind: "job"; readonly job: JobIdentity };

/** The personal token of outside clients, kept across restarts, and the tokens of running jobs, in memory only. */
export class Tokens {
  readonly personal: string;
  readonly #jobs = new Map<string, JobIdentity>();

  constructor(file: string) {
    const stored = new JsonFile<string>(file, "", 0o600);
    if (stored.value === "") stored.set(`ghp_${randomText()}`);
    this.personal = stored.value;
  }

  /** A token that is good for exactly the job's permissions until it is revoked. */
  issue(job: JobIdentity): { readonly token: string; revoke(): void } {
    const token = `ghs_${randomText()}`;
    this.#jobs.set(token, job);
    return { token, revoke: () => void this.#jobs.delete(token) };
  }

  principal(token: string): Principal | undefined {
    if (isSame(token, this.personal)) return { kind: "person" };
    const job = this.#jobs.get(token);
    return job === undefined ? undefined : { kind: "job", job };
  }
}

/** Whether the permissions hold any of the scopes at the level. Metadata can always be read. */
export function allows(
  permissions: Permissions,
  scopes: readonly string[],
  level: "read" | "write",
): boolean {
  return scopes.some((scope) => {
    const held = permissions[scope] ?? (scope === "metadata" ? "read" : "none");
    return held === "write" || (level === "read" && held === "read");
  });
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** 36 letters and digits, as many as GitHub's tokens have after their prefix. */
function randomText(): string {
  return randomBytes(48).toString("base64").replace(/[+/=]/g, "").slice(0, 36).padEnd(36, "0");
}
