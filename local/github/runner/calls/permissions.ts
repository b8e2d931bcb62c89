import type { Permissions } from "../../runner-services.ts";
import type { CallingJob, Workflow } from "../workflow/model.ts";
import type { Problem } from "../workflow/problems.ts";

/** What a caller's file says that a called workflow may have; undefined where no file says anything. */
export type GrantedPermissions = Permissions | undefined;

/** What a job's token may do where no file says anything: GitHub's restricted default. */
export const defaultPermissions: Permissions = { contents: "read", packages: "read" };

const levels = ["none", "read", "write"] as const;

/**
 * What a called workflow and its jobs ask for beyond what its caller has: permissions can only shrink. GitHub asks this of
 * every job before the run starts, whatever its condition.
 * https://github.com/actions/runner/blob/main/src/Sdk/WorkflowParser/Conversion/PermissionsHelper.cs
 */
export function permissionProblems(
  job: CallingJob,
  called: Workflow,
  granted: GrantedPermissions,
): readonly Problem[] {
  const limit = granted ?? defaultPermissions;
  const askers = [
    { name: "the workflow", asked: called.permissions },
    ...called.jobs.map(({ id, permissions }) => ({ name: `its job "${id}"`, asked: permissions })),
  ];
  return askers.flatMap(({ name, asked = {} }) => {
    const excess = Object.keys(asked).filter((scope) => levelOf(asked, scope) > levelOf(limit, scope));
    if (excess.length === 0) return [];
    const list = (permissions: Permissions): string =>
      excess.map((scope) => `${scope}: ${permissions[scope] ?? "none"}`).join(", ");
    const message = `"${job.uses.text}" may not have what it asks for: ${name} is requesting ${list(asked)}, but is only allowed ${list(limit)}`;
    return [{ ...job.place, key: `${job.place.key}.permissions`, message }];
  });
}

/** What a fork's token may do: nothing is written, and no OIDC token is to be had. */
export function readOnly(permissions: Permissions): Permissions {
  const entries = Object.entries(permissions).map(
    ([scope, level]) => [scope, scope === "id-token" ? "none" : level === "write" ? "read" : level] as const,
  );
  return Object.fromEntries(entries);
}

function levelOf(permissions: Permissions, scope: string): number {
  return levels.indexOf(permissions[scope] ?? "none");
}
