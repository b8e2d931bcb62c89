import type { VersionSource } from "../api/versions/version-source.ts";
import { field, named, shown } from "./answer-field.ts";
import { type Check, get } from "./check.ts";

/** A route by which the app itself answers. */
export interface AppRoute {
  readonly path: string;
  /** Somebody chose it for that; else it is the environment's health check, or a guess, and any answer of the app will do. */
  readonly isChosen: boolean;
}

/**
 * Which version the API is. Where it has no route of its own, silence is a finding of its own kind: nginx may be another than
 * the bundle's, which Elastic Beanstalk's word can stand in for.
 */
export function versionCheck(
  apiUrl: string,
  { path, isOwn, isUnnamed = false }: VersionSource,
  wanted: string,
): Check {
  return {
    probe: get(`${apiUrl}${path}`),
    connections: 3,
    judge: ({ status, body }) => {
      const version = field(body, "version");
      if (!isUnnamed && status === 200 && version === wanted) return undefined;
      if (isUnnamed ? status < 500 : !isOwn && status < 500 && !named(status, version)) {
        return {
          problem: "version-unnamed",
          message: `the API's ${path} answers ${status} and names no version`,
        };
      }
      return {
        problem: "api-behind",
        ...(named(status, version) ? { otherIn: "api" } : {}),
        message: `the API is ${shown(status, version, "version")}, not version "${wanted}"`,
      };
    },
  };
}

/** The app itself has to answer: nginx without a process behind it says 502. A redirect to https is the load balancer's. */
export function appCheck(apiUrl: string, { path, isChosen }: AppRoute): Check {
  return {
    probe: get(`${apiUrl}${path}`),
    connections: 3,
    judge: ({ status, headers }) => {
      if (status >= (isChosen ? 400 : 500)) {
        return { problem: "app-silent", message: `the API's ${path} answers ${status}` };
      }
      const isUpgrade = apiUrl.startsWith("http:") && (headers.location ?? "").startsWith("https:");
      if (status < 300 || !isUpgrade) return undefined;
      return { problem: "app-silent", message: `the API's ${path} only redirects to https` };
    },
  };
}
