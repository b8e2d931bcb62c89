import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ActionContext } from "../kit/action.ts";

const run = promisify(execFile);

export interface ServerCertificate extends AsyncDisposable {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** What clients trust: it is signed by itself. */
  readonly pem: string;
}

/**
 * A certificate of 127.0.0.1 and localhost: apps of RDS ask for TLS. undefined where the machine has no openssl, which GitHub's
 * images have; then only apps that do not ask for it can be tried.
 */
export async function serverCertificate(
  context: Pick<ActionContext, "run" | "env">,
): Promise<ServerCertificate | undefined> {
  const folder = await mkdtemp(join(context.run.temp, "trial-certificate-"));
  const [certificateFile, keyFile] = [join(folder, "server.crt"), join(folder, "server.key")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const files = ["-keyout", keyFile, "-out", certificateFile];
  try {
    await run("openssl", ["req", "-x509", ...kind, ...names, ...files], { env: { PATH: context.env.PATH } });
    const pem = await readFile(certificateFile, "utf8");
    const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
    return { certificateFile, keyFile, pem, [Symbol.asyncDispose]: dispose };
  } catch {
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }
}
