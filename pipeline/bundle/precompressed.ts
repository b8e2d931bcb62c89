// Files that lie compressed beside what they are of, for a distribution's function to choose from by what the browser takes
// (docs/adopting.md): a distribution compresses by itself what is at least 1,000 bytes and at most 10,000,000, and faster than well.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { ActionError } from "../kit/errors.ts";
import type { Parser } from "../kit/inputs.ts";
import { sha256 } from "../kit/sha256.ts";
import type { SiteFile } from "./manifest.ts";

export type Precompression = "br" | "gzip";

const endings: Readonly<Record<Precompression, string>> = { br: ".br", gzip: ".gz" };

/** Parses the input `precompress`: `br`, `gzip` or both, with commas or blanks between; "" is for neither. */
export const precompressions: Parser<readonly Precompression[]> = (value) => {
  const words = value.split(/[\s,]+/).filter((word) => word !== "");
  const known = words.filter((word): word is Precompression => Object.hasOwn(endings, word));
  if (known.length < words.length) throw new Error("must be br, gzip or both, such as br, gzip");
  return [...new Set(known)];
};

/**
 * Of these kinds each file has its compressed ones, whatever its size: the function that chooses knows no more than the name.
 * The same kinds as those whose second extension is taken for an encoding (site-headers.ts).
 */
const isCompressed = /\.(?:html?|m?js|css|svg|wasm|map)$/i;

interface CompressedFile {
  readonly key: string;
  readonly content: Uint8Array;
  readonly served: SiteFile;
}

/**
 * What lies compressed beside a file; nothing for one that is of another kind. A redirect has redirects beside it. Throws
 * `InvalidInputs` for a file that is encoded as it is: whoever takes nothing else would get nothing.
 */
export function compressedBeside(
  key: string,
  served: SiteFile,
  content: () => Uint8Array,
  into: readonly Precompression[],
): readonly CompressedFile[] {
  if (into.length === 0 || !isCompressed.test(key)) return [];
  if (served.contentEncoding !== undefined) {
    throw new ActionError(
      "InvalidInputs",
      `file "${key}" has the encoding "${served.contentEncoding}" already, and inputs "precompress" and "content-encoding" exclude each other for it`,
      { hint: "leave such files as they are built, or take `precompress` out" },
    );
  }
  if (served.redirect !== undefined) {
    return into.map((encoding) => ({ key: key + endings[encoding], content: content(), served }));
  }
  const bytes = content();
  return into.map((encoding) => {
    const compressed = encoding === "br" ? brotli(bytes) : gzip(bytes);
    return {
      key: key + endings[encoding],
      content: compressed,
      served: {
        ...served,
        sha256: sha256(compressed),
        bytes: compressed.length,
        contentEncoding: encoding,
      },
    };
  });
}

function brotli(bytes: Uint8Array): Uint8Array {
  const { BROTLI_PARAM_QUALITY, BROTLI_MAX_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: BROTLI_MAX_QUALITY, [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params });
}

/** Without a time, which Node never writes, and without the name of the system that it runs on: the same bytes everywhere. */
function gzip(bytes: Uint8Array): Uint8Array {
  const compressed = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
  compressed[9] = 255;
  return compressed;
}
