// Loaded when a certificate is to be made alone: the library takes longer than the server that it is for.
import "reflect-metadata";
import { createPrivateKey, type KeyObject, randomBytes, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";

const day = 24 * 60 * 60 * 1000;
const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

export interface IssuedCertificate {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

/** A certificate authority of its own, for as many days. */
export async function issueAuthority(now: Date, days: number): Promise<IssuedCertificate> {
  const keys = await crypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    // Its own subject for each: a client that trusts an older one of the same name would report a bad signature.
    name: `CN=Udagram local database CA ${randomBytes(4).toString("hex")}`,
    ...validity(now, days),
    signingAlgorithm: ecdsa,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      // Strict clients (Python 3.13, OpenSSL's X509_STRICT) follow the chain by key identifiers and refuse one without.
      await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return issued(made, keys.privateKey);
}

/** A certificate for a server on `127.0.0.1` and `localhost`, signed by the authority. */
export async function issueServer(
  authority: IssuedCertificate,
  now: Date,
  days: number,
): Promise<IssuedCertificate> {
  const issuer = new x509.X509Certificate(authority.certificate.raw);
  const keys = await crypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const made = await x509.X509CertificateGenerator.create({
    subject: "CN=127.0.0.1",
    issuer: issuer.subject,
    ...validity(now, days),
    signingAlgorithm: ecdsa,
    publicKey: keys.publicKey,
    signingKey: await crypto.subtle.importKey("pkcs8", pkcs8(authority.key), ecdsa, false, ["sign"]),
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
      ]),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return issued(made, keys.privateKey);
}

/** Starts a day early, for clocks that are behind. */
function validity(now: Date, days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(now.getTime() - day), notAfter: new Date(now.getTime() + days * day) };
}

async function issued(made: x509.X509Certificate, key: CryptoKey): Promise<IssuedCertificate> {
  const bytes = Buffer.from(await crypto.subtle.exportKey("pkcs8", key));
  return {
    certificate: new X509Certificate(Buffer.from(made.rawData)),
    key: createPrivateKey({ key: bytes, format: "der", type: "pkcs8" }),
  };
}

function pkcs8(key: KeyObject): Uint8Array<ArrayBuffer> {
  return new Uint8Array(key.export({ format: "der", type: "pkcs8" }));
}
