import { versionSource } from "../../api/versions/version-source.ts";
import type { Manifest } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { apiEnvironment, appRoute } from "../../verify/api-environment.ts";
import type { Half } from "../../verify/check.ts";
import { checkRelease, type Verification } from "../../verify/check-release.ts";
import type { SiteOrigin } from "../../verify/site-origin.ts";
import type { EnvironmentInputs } from "./inputs.ts";
import type { ApiTarget } from "./targets.ts";

/** Where a release is met, and what it has to answer. */
export type CheckInputs = Pick<
  EnvironmentInputs,
  | "environment"
  | "site-url"
  | "api-url"
  | "routes"
  | "config"
  | "release-json"
  | "api-path"
  | "version-path"
  | "health-path"
>;

interface Patience {
  readonly timeoutSeconds: number;
  readonly mayStillArrive?: ((half: Half) => Promise<boolean>) | undefined;
}

/** Asks a live system whether it is a release, as these inputs say where and how. */
export function releaseChecker(
  given: CheckInputs,
  targets: { readonly api: Omit<ApiTarget, "answersAt">; readonly origin?: SiteOrigin | undefined },
  {
    clock,
    signal,
    runner,
  }: Pick<ActionContext, "clock" | "signal"> & {
    readonly runner: Pick<ActionContext["runner"], "info">;
  },
): (manifest: Manifest, patience: Patience) => Promise<Verification> {
  const place = apiEnvironment(targets.api, clock);
  return (manifest, { timeoutSeconds, mayStillArrive }) => {
    const environment = manifest.api ? place : undefined;
    const asked = manifest.origin === "adopted" ? askedOfAdopted(given) : given;
    return checkRelease({
      manifest,
      siteUrl: given["site-url"],
      apiUrl: given["api-url"],
      routes: asked.routes,
      config: asked.config,
      releaseJson: asked["release-json"],
      version: { ...versionSource(asked), isUnnamed: manifest.origin === "adopted" },
      app: appRoute(asked["health-path"], environment),
      environment,
      origin: targets.origin,
      timeoutSeconds,
      clock,
      signal,
      onProgress: runner.info,
      ...(mayStillArrive ? { mayStillArrive } : {}),
    });
  };
}

/**
 * A release that was taken over knows nothing of what the pipeline's own bring along, nor of routes that came later: it is met by its
 * label, its instances, an answer of the app, and the bytes of its start page and what that loads.
 */
function askedOfAdopted(given: CheckInputs): CheckInputs {
  return {
    ...given,
    routes: [],
    config: null,
    "release-json": false,
    "version-path": "",
    "health-path": "",
  };
}
