import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as der from "./der.ts";

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
export function ensureCertificates(directory: string, now: Date): CertificateFiles {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const caFile = join(directory, "ca.pem");
  const caKeyFile = join(directory, "ca.key");
  const serverCertificateFile = join(directory, "server.pem");
  const serverKeyFile = join(directory, "server.key");

  const known = readPair(caFile, caKeyFile);
  const caUsable = known !== undefined && isFresh(known.certificate, now);
  const ca = caUsable ? known : createCa(now);
  if (!caUsable) writePair(caFile, caKeyFile, ca);

  const server = readPair(serverCertificateFile, serverKeyFile);
  const usable =
    server !== undefined &&
    isFresh(server.certificate, now) &&
    server.certificate.verify(ca.certificate.publicKey);
  if (!usable) writePair(serverCertificateFile, serverKeyFile, createServer(ca, now));
  return { ca: readFileSync(caFile, "utf8"), caFile, serverCertificateFile, serverKeyFile };
}

interface Pair {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

function isFresh(certificate: X509Certificate, now: Date): boolean {
  return new Date(certificate.validTo).getTime() - now.getTime() > renewBeforeDays * day;
}

/** Undefined when a file is missing, damaged, or the two do not belong together: then the pair is made anew. */
function readPair(certificateFile: string, keyFile: string): Pair | undefined {
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  try {
    const certificate = new X509Certificate(readFileSync(certificateFile));
    const key = createPrivateKey(readFileSync(keyFile));
    return certificate.checkPrivateKey(key) ? { certificate, key } : undefined;
  } catch {
    return undefined;
  }
}

function writePair(certificateFile: string, keyFile: string, { certificate, key }: Pair): void {
  const write = (file: string, text: string, mode: number) => {
    writeFileSync(`${file}.new`, text, { mode });
    chmodSync(`${file}.new`, mode);
    renameSync(`${file}.new`, file);
  };
  write(keyFile, key.export({ type: "pkcs8", format: "pem" }).toString(), 0o600);
  write(certificateFile, certificate.toString(), 0o644);
}

function createCa(now: Date): Pair {
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  // Its own subject for each CA: a client that trusts an older one of the same name would report a bad signature.
  const subject = name(`Udagram local database CA ${randomBytes(4).toString("hex")}`);
  const basicConstraints = der.sequence(der.boolean(true));
  const identifier = keyIdentifier(key);
  // keyCertSign and cRLSign: bits 5 and 6.
  const extensions = [
    extension("2.5.29.19", true, basicConstraints),
    extension("2.5.29.15", true, der.bitString(Buffer.from([0b0000_0110]), 1)),
    extension("2.5.29.14", false, der.octetString(identifier)),
    extension("2.5.29.35", false, der.sequence(der.implicit(0, identifier))),
  ];
  return issue({ subject, issuer: subject, key, issuerKey: key, extensions, now, days: caDays });
}

function createServer(ca: Pair, now: Date): Pair {
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const alternativeNames = der.sequence(
    der.implicit(2, Buffer.from("localhost", "ascii")),
    der.implicit(7, Buffer.from([127, 0, 0, 1])),
  );
  const extensions = [
    extension("2.5.29.17", false, alternativeNames),
    extension("2.5.29.37", false, der.sequence(der.objectIdentifier("1.3.6.1.5.5.7.3.1"))),
    extension("2.5.29.15", true, der.bitString(Buffer.from([0b1000_0000]), 7)),
    extension("2.5.29.35", false, der.sequence(der.implicit(0, keyIdentifier(ca.key)))),
  ];
  return issue({
    subject: name("127.0.0.1"),
    issuer: name(ca.certificate.subject.replace(/^CN=/, "")),
    key,
    issuerKey: ca.key,
    extensions,
    now,
    days: serverDays,
  });
}

function name(commonName: string): der.Der {
  return der.sequence(der.set(der.sequence(der.objectIdentifier("2.5.4.3"), der.utf8String(commonName))));
}

/** Strict clients (Python 3.13, OpenSSL's X509_STRICT) follow the chain by key identifiers and refuse one without. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash("sha256").update(publicKeyOf(key)).digest().subarray(0, 20);
}

function publicKeyOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

function extension(id: string, critical: boolean, value: der.Der): der.Der {
  return der.sequence(
    der.objectIdentifier(id),
    ...(critical ? [der.boolean(true)] : []),
    der.octetString(value),
  );
}

/** RFC 5280 4.1, signed with ECDSA over SHA-256. Starts a day early, for clocks that are behind. */
function issue(options: {
  readonly subject: der.Der;
  readonly issuer: der.Der;
  readonly key: KeyObject;
  readonly issuerKey: KeyObject;
  readonly extensions: readonly der.Der[];
  readonly now: Date;
  readonly days: number;
}): Pair {
  const algorithm = der.sequence(der.objectIdentifier("1.2.840.10045.4.3.2"));
  const { now, days, key } = options;
  const content = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(randomBytes(16)),
    algorithm,
    options.issuer,
    der.sequence(der.time(new Date(now.getTime() - day)), der.time(new Date(now.getTime() + days * day))),
    options.subject,
    publicKeyOf(key),
    der.explicit(3, der.sequence(...options.extensions)),
  );
  const signature = sign("sha256", content, options.issuerKey);
  const certificate = new X509Certificate(der.sequence(content, algorithm, der.bitString(signature)));
  return { certificate, key };
}
