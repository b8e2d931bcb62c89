import { type Manifest, siteFilesOf } from "../bundle/manifest.ts";
import { type Check, type Finding, get } from "./check.ts";

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i")
    .exec(tag)
    ?.slice(1)
    .find(Boolean);

/** Kinds of `<link>` that a browser fetches with the page. */
const fetchedLinks = /\b(stylesheet|modulepreload|preload|icon|manifest)\b/i;

/** Addresses that a browser fetches to show the page: scripts, styles, preloads, icons, images; absolute, each once. */
export function assetsOf(html: string, pageUrl: string): readonly string[] {
  const tags = html.replace(/<!--[\s\S]*?-->/g, "").match(/<(?:script|link|img)\b[^>]*>/gi) ?? [];
  const references = tags.flatMap((tag) => {
    if (!/^<link/i.test(tag)) return attribute(tag, "src") ?? [];
    return fetchedLinks.test(attribute(tag, "rel") ?? "") ? (attribute(tag, "href") ?? []) : [];
  });
  const addresses = references
    .map((reference) => reference.replaceAll("&amp;", "&"))
    .filter((reference) => URL.canParse(reference, pageUrl))
    .map((reference) => new URL(reference, pageUrl))
    .filter(({ protocol }) => protocol === "http:" || protocol === "https:");
  return [...new Set(addresses.map((address) => address.href.replace(/#.*$/, "")))];
}

/** What an https page loads by http: browsers block it. */
export function mixedContent(html: string, siteUrl: string): Finding | undefined {
  if (!siteUrl.startsWith("https:")) return undefined;
  const plain = assetsOf(html, `${siteUrl}/`).filter((address) => address.startsWith("http:"));
  if (plain.length === 0) return undefined;
  return {
    problem: "mixed-content",
    message: `the start page is https and loads ${plain.map((address) => `"${address}"`).join(", ")}: browsers block that`,
  };
}

/** Whatever of the site itself the start page refers to: it has to be the release's file, byte for byte. */
export function assetChecks(manifest: Manifest, siteUrl: string, html: string): readonly Check[] {
  return assetsOf(html, `${siteUrl}/`)
    .filter((address) => address.startsWith(`${siteUrl}/`))
    .map((address) => {
      const key = keyOf(address.slice(siteUrl.length + 1).replace(/\?.*$/, ""));
      const promised = siteFilesOf(manifest)[key]?.sha256;
      return {
        probe: get(address),
        connections: 1,
        judge: ({ status, sha256 }) => {
          const broken = (what: string): Finding => ({
            problem: "asset-broken",
            message: `"${key}", which the start page loads, ${what}`,
          });
          if (status !== 200) return broken(`answers ${status}`);
          if (promised === undefined) return broken(`is no file of release "${manifest.id}"`);
          return sha256 === promised ? undefined : broken(`has other bytes than release "${manifest.id}"`);
        },
      };
    });
}

function keyOf(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
