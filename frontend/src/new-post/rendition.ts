/** Longer sides are for printing, not for a feed. */
const longestSide = 2048;
/** Of a small picture: cards are square, up to as wide as a phone, whose pixels are smaller than a desktop's. */
const previewSides = { shortest: 640, longest: 1600 };

/**
 * The photo as it goes up: drawn anew, so that nothing stays of what the camera wrote into the file (place, time, device),
 * upright, and no larger than a screen shows. Animations stay as they are, since a drawing has one picture. Rejects where
 * the browser cannot draw it.
 */
export async function renditionOf(file: File): Promise<File> {
  if (file.type === "image/gif" || (await isAnimated(file))) return file;
  const scaleOf = ({ width, height }: ImageBitmap) => Math.min(1, longestSide / Math.max(width, height));
  const wanted = file.type === "image/avif" ? "image/webp" : file.type;
  return (await drawnAnew(file, scaleOf, wanted, 0.9)) ?? file;
}

/** A small picture of the photo for lists, still where that moves; undefined where it would save little. */
export async function previewOf(file: File): Promise<File | undefined> {
  const scaleOf = ({ width, height }: ImageBitmap) => {
    const { shortest, longest } = previewSides;
    const scale = Math.min(shortest / Math.min(width, height), longest / Math.max(width, height));
    return scale > 0.8 ? undefined : scale;
  };
  const wanted = file.type === "image/jpeg" ? file.type : "image/webp";
  const drawn = await drawnAnew(file, scaleOf, wanted, 0.8);
  return drawn && drawn.size < file.size / 2 ? drawn : undefined;
}

/** Undefined where there is no scale to draw it in. */
async function drawnAnew(
  file: File,
  scaleOf: (image: ImageBitmap) => number | undefined,
  type: string,
  quality: number,
): Promise<File | undefined> {
  // Turned as the camera says.
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = scaleOf(image);
  if (scale === undefined) return undefined;
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  // What a browser cannot write (AVIF, with some WebP) it writes as PNG.
  const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
  if (drawn === null) throw new Error("this browser cannot write it");
  return new File([drawn], nameFor(file.name, drawn.type), { type: drawn.type });
}

const extensions: Readonly<Record<string, RegExp>> = {
  "image/jpeg": /\.jpe?g$/i,
  "image/png": /\.png$/i,
  "image/webp": /\.webp$/i,
};

/** The name, with an extension that tells what the file is now. */
export function nameFor(name: string, type: string): string {
  if (extensions[type]?.test(name)) return name;
  return `${name.replace(/\.\w{1,5}$/, "")}.${type.replace(/^image\//, "").replace("jpeg", "jpg")}`;
}

/** Whether a PNG or WebP holds more than one picture: both say so before the first of them. */
async function isAnimated(file: File): Promise<boolean> {
  const start = new TextDecoder("latin1").decode(await file.slice(0, 4096).arrayBuffer());
  if (file.type === "image/png") return /acTL/.test(start.split("IDAT", 1)[0] ?? "");
  return (
    file.type === "image/webp" && /^RIFF.{4}WEBPVP8X/s.test(start) && start.slice(0, 4096).includes("ANIM")
  );
}
