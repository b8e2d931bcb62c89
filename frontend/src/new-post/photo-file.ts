export const maxPhotoBytes = 10_000_000;
export const photoTypes = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"] as const;

/** Why a file cannot be posted as a photo; undefined when it can. The API holds to the same limits. */
export function problemOfPhoto({ type, size }: Pick<File, "type" | "size">): string | undefined {
  if (!photoTypes.some((known) => known === type)) {
    return "Only JPEG, PNG, GIF, WebP and AVIF images can be uploaded.";
  }
  if (size === 0) return "This file is empty.";
  if (size > maxPhotoBytes) return `A photo may have at most 10 MB; this one has ${megabytes(size)}.`;
  return undefined;
}

/** Rounded up, so that what is over a limit never reads as the limit. */
export function megabytes(bytes: number): string {
  return `${(Math.ceil(bytes / 100_000) / 10).toFixed(1)} MB`;
}
