/** How long an upload may stand still before it counts as failed. */
const stalledMs = 30_000;

/** Why a file did not arrive, for the person to read. */
export class UploadError extends Error {}

/**
 * PUTs a file to a presigned address. `fetch` cannot tell how far an upload is, XMLHttpRequest can. Rejects with
 * `UploadError`, or with the signal's reason.
 */
export function putFile(
  url: string,
  file: File,
  { onProgress, signal }: { readonly onProgress: (fraction: number) => void; readonly signal: AbortSignal },
): Promise<void> {
  const request = new XMLHttpRequest();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let stalled: ReturnType<typeof setTimeout>;
  const watch = (): void => {
    clearTimeout(stalled);
    stalled = setTimeout(() => {
      reject(new UploadError("The upload stands still. Check your connection and try again."));
      request.abort();
    }, stalledMs);
  };
  const abort = (): void => {
    reject(signal.reason);
    request.abort();
  };
  request.upload.onprogress = (event) => {
    watch();
    if (event.lengthComputable) onProgress(event.loaded / event.total);
  };
  request.onload = () => {
    if (request.status >= 200 && request.status < 300) resolve();
    else reject(new UploadError(refusalOf(request.status, request.responseText)));
  };
  request.onerror = () => {
    reject(new UploadError("The upload was interrupted. Check your connection and try again."));
  };
  request.open("PUT", url);
  request.setRequestHeader("content-type", file.type);
  // The address is for one file, and nobody replaces it later.
  request.setRequestHeader("if-none-match", "*");
  signal.addEventListener("abort", abort);
  watch();
  request.send(file);
  return promise.finally(() => {
    clearTimeout(stalled);
    signal.removeEventListener("abort", abort);
  });
}

/** What a refusal of S3 means for the person: its XML names a code. */
export function refusalOf(status: number, body: string): string {
  const code = /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? "";
  if (code === "EntityTooLarge") return "The photo store refused the photo: it is too large.";
  if (code === "SlowDown" || status >= 500) {
    return `The photo store is busy (${code || status}). Try again in a moment.`;
  }
  if (status === 403) return "The photo store refused the upload: its address has expired. Try again.";
  return `The photo store refused the photo (${code || status}). Try again.`;
}
