const local = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i;

/** An address that mail could reach: `name@host.tld`, within the lengths of RFC 5321. */
export function isEmail(value: unknown): value is string {
  if (typeof value !== "string" || value.length > 254) return false;
  const at = value.lastIndexOf("@");
  const [name, host] = [value.slice(0, at), value.slice(at + 1)];
  if (at < 1 || name.length > 64 || !local.test(name)) return false;
  const labels = host.split(".");
  return labels.length > 1 && labels.every((part) => part.length <= 63 && label.test(part));
}

/** The one spelling of all that differ by case only: no mail server in use tells them apart, and people do not either. */
export function spelling(email: string): string {
  return email.toLowerCase();
}
