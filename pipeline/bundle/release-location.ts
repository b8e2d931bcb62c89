import type { Parser } from "../kit/inputs.ts";
import type { ZipEntry } from "./zip.ts";

/** Parses the input `api-path`: the path below which a load balancer or a CDN sends everything to the API; "/" is all of it. */
export const apiPath: Parser<string> = (value) => {
  const path = value.replace(/\/+$/, "");
  if (/^(\/[\w.~-]+)*$/.test(path) && value !== "" && !/\/\.{1,2}(\/|$)/.test(path)) return path;
  throw new Error("must be a path such as /api, or / for an API that has an address to itself");
};

/** Where nginx says which version of the API an instance has. Nobody's route: a hidden file below the API's path. */
export function releaseLocation(path: string): string {
  return `${path}/.release.json`;
}

/**
 * Included by the platform's nginx.conf into its server, after what the platform has there; a bundle's own nginx.conf decides for itself.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.proxy.html
 */
export const releaseLocationFile = ".platform/nginx/conf.d/elasticbeanstalk/pipeline-release.conf";

/** The file of the bundle by which nginx answers with the version. It proves what lies on the instance, not what runs there. */
export function releaseLocationEntry(path: string, version: string): ZipEntry {
  const text = `# Made by the pipeline: says which version of the API this instance has.
location = ${releaseLocation(path)} {
    default_type application/json;
    add_header Cache-Control no-store always;
    return 200 '{"version":"${version}"}';
}
`;
  return { name: releaseLocationFile, mode: 0o644, content: Buffer.from(text) };
}
