import { existsSync, readFileSync } from "node:fs";
import { LocalError } from "../errors.ts";
import { writeFileAtomically } from "../files.ts";

/**
 * Origins beside the site's own whose pages may read the API and upload photos: those of `given`, separated by commas, which
 * the file keeps from then on; without it those of last time. "none" is for none. Throws `InvalidOrigins`.
 */
export function keptOrigins(file: string, given: string | undefined): readonly string[] {
  const text = given ?? (existsSync(file) ? readFileSync(file, "utf8").trim() : "");
  const named = text === "none" ? [] : text.split(",").filter(Boolean);
  const wrong = named.filter((one) => !isOrigin(one));
  if (wrong.length > 0) {
    throw new LocalError(
      "InvalidOrigins",
      `"${wrong.join('", "')}" is no origin`,
      "an origin is a scheme and a host, such as http://localhost:5173, several separated by commas; none takes them away",
    );
  }
  if (given !== undefined) writeFileAtomically(file, `${named.join(",")}\n`, 0o600);
  return named;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}
