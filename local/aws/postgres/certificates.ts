import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IssuedCertificate } from "./issue-certificates.ts";

const day = 24 * 60 * 60 * 1000;
const caDays = 3650;
const serverDays = 365;
/** The server's certificate is made anew at start when less than this is left of it. */
const renewBeforeDays = 30;

export interface CertificateFiles {
  /** The CA that clients are to trust: PEM, and where it lies. */
  readonly ca: string;
  readonly caFile: string;
  readonly serverCertificateFile: string;
  readonly serverKeyFile: string;
}

/**
 * The CA and the server certificate of a database that answers as `127.0.0.1` and `localhost`. The CA is made once and
 * kept, as clients hold a copy of it; the server's certificate is renewed whenever it is near its end or not the CA's.
 */
export async function ensureCertificates(directory: string, now: Date): Promise<CertificateFiles> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const caFile = join(directory, "ca.pem");
  const caKeyFile = join(directory, "ca.key");
  const serverCertificateFile = join(directory, "server.pem");
  const serverKeyFile = join(directory, "server.key");

  const known = readPair(caFile, caKeyFile);
  const caUsable = known !== undefined && isFresh(known.certificate, now);
  const ca = caUsable ? known : await (await issuing()).issueAuthority(now, caDays);
  if (!caUsable) writePair(caFile, caKeyFile, ca);

  const server = readPair(serverCertificateFile, serverKeyFile);
  const usable =
    server !== undefined &&
    isFresh(server.certificate, now) &&
    server.certificate.verify(ca.certificate.publicKey);
  if (!usable)
    writePair(serverCertificateFile, serverKeyFile, await (await issuing()).issueServer(ca, now, serverDays));
  return { ca: readFileSync(caFile, "utf8"), caFile, serverCertificateFile, serverKeyFile };
}

function isFresh(certificate: X509Certificate, now: Date): boolean {
  return new Date(certificate.validTo).getTime() - now.getTime() > renewBeforeDays * day;
}

/** Undefined when a file is missing, damaged, or the two do not belong together: then the pair is made anew. */
function readPair(certificateFile: string, keyFile: string): IssuedCertificate | undefined {
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  try {
    const certificate = new X509Certificate(readFileSync(certificateFile));
    const key = createPrivateKey(readFileSync(keyFile));
    return certificate.checkPrivateKey(key) ? { certificate, key } : undefined;
  } catch {
    return undefined;
  }
}

function writePair(certificateFile: string, keyFile: string, { certificate, key }: IssuedCertificate): void {
  const write = (file: string, text: string, mode: number) => {
    writeFileSync(`${file}.new`, text, { mode });
    chmodSync(`${file}.new`, mode);
    renameSync(`${file}.new`, file);
  };
  write(keyFile, key.export({ type: "pkcs8", format: "pem" }).toString(), 0o600);
  write(certificateFile, certificate.toString(), 0o644);
}

function issuing(): Promise<typeof import("./issue-certificates.ts")> {
  return import("./issue-certificates.ts");
}
