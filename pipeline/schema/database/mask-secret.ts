import type { Runner } from "../../kit/runner.ts";
import { decode } from "./address-parts.ts";

/** The runner masks exact texts only, so each spelling of a secret has to be given: as it is, for addresses, inside JSON. */
export function maskSecret(secret: string, { mask }: Pick<Runner, "mask">): void {
  const encoded = encodeURIComponent(secret.toWellFormed());
  const forms = [secret, decode(secret), encoded, JSON.stringify(secret).slice(1, -1)];
  // One or two characters would blot out the whole log, and protect nothing.
  for (const form of new Set(forms)) if (form.length > 2) mask(form);
}
