/** The images that browsers show and that cannot carry scripts: SVG is not among them. */
const byExtension: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
};

const types = new Set(Object.values(byExtension));

export function isImageType(type: string): boolean {
  return types.has(type);
}

/**
 * The type under which a photo is read, by the extension of its key. Whatever was stored with it does not count: a file
 * uploaded as text/html must not come back as a page. Browsers tell the kinds of images apart by their bytes.
 */
export function imageTypeOf(key: string): string {
  const extension = key.slice(key.lastIndexOf(".") + 1).toLowerCase();
  return byExtension[extension] ?? "image/jpeg";
}
