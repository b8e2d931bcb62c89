import { type Api, ApiError, type Post, SignedOutError } from "../api.ts";
import { Store } from "../store.ts";
import { problemOfPhoto } from "./photo-file.ts";
import type { putFile } from "./put-file.ts";
import { previewOf, renditionOf } from "./rendition.ts";

export type Field = "photo" | "caption" | "form";

export interface DraftState {
  readonly file: File | undefined;
  /** Address of the file within this page. */
  readonly preview: string | undefined;
  readonly caption: string;
  readonly progress: { readonly step: "uploading" | "posting"; readonly fraction: number } | undefined;
  readonly problems: Partial<Record<Field, string>>;
  /** The last attempt to post failed, and may work the next time. */
  readonly mayRetry: boolean;
}

/** What was uploaded of a file, by the ids of the uploads. */
interface Arrived {
  readonly file: File;
  readonly upload: string;
  readonly preview?: string;
}

const empty: DraftState = {
  file: undefined,
  preview: undefined,
  caption: "",
  progress: undefined,
  problems: {},
  mayRetry: false,
};

/** The post that is being written. It outlives the page that shows it: looking at the feed loses nothing. */
export class Draft extends Store<DraftState> {
  readonly #api: Api;
  readonly #put: typeof putFile;
  /** The file that has arrived: a second attempt does not send it again. */
  #arrived: Arrived | undefined;
  #cancel: AbortController | undefined;

  constructor(api: Api, put: typeof putFile) {
    super(empty);
    this.#api = api;
    this.#put = put;
  }

  choose(file: File): void {
    const { photo: _, form: __, ...others } = this.state.problems;
    const problem = problemOfPhoto(file);
    if (problem !== undefined) {
      this.patch({ problems: { ...others, photo: problem } });
      return;
    }
    this.#dropPreview();
    this.patch({ file, preview: URL.createObjectURL(file), problems: others, mayRetry: false });
  }

  /** The browser cannot show the chosen file: neither could anybody else's. */
  refuse(): void {
    this.#dropPreview();
    const photo = "This file is damaged or no image. Choose another one.";
    this.patch({ file: undefined, preview: undefined, problems: { ...this.state.problems, photo } });
  }

  write(caption: string): void {
    const { caption: _, ...others } = this.state.problems;
    this.patch({ caption, problems: others });
  }

  clear(): void {
    this.cancel();
    this.#dropPreview();
    this.set(empty);
  }

  cancel(): void {
    this.#cancel?.abort();
  }

  /** Uploads and posts. Resolves with the post, or with undefined when the state says why there is none. */
  async submit(): Promise<Post | undefined> {
    const { file } = this.state;
    const caption = this.state.caption.trim();
    if (this.state.progress !== undefined) return undefined;
    if (file === undefined || caption === "") {
      this.patch({
        problems: {
          ...(file === undefined ? { photo: "Choose a photo." } : {}),
          ...(caption === "" ? { caption: "Write a caption." } : {}),
        },
      });
      return undefined;
    }
    const cancel = new AbortController();
    this.#cancel = cancel;
    this.patch({ problems: {}, mayRetry: false, progress: { step: "uploading", fraction: 0 } });
    try {
      const { upload, preview } = await this.#upload(file, cancel.signal);
      this.patch({ progress: { step: "posting", fraction: 1 } });
      const post = await this.#api.createPost(
        { caption, url: file.name, upload, ...(preview === undefined ? {} : { preview }) },
        cancel.signal,
      );
      this.#arrived = undefined;
      this.clear();
      return post;
    } catch (error) {
      if (!cancel.signal.aborted) this.#fail(error as Error);
      return undefined;
    } finally {
      if (this.#cancel === cancel) this.#cancel = undefined;
      this.patch({ progress: undefined });
    }
  }

  async #upload(file: File, signal: AbortSignal): Promise<Arrived> {
    if (this.#arrived?.file === file) return this.#arrived;
    const rendition = await renditionOf(file).catch((error: Error) => {
      throw new Error(`The photo cannot be prepared: ${error.message}`);
    });
    const { url, upload } = await this.#api.requestUpload(rendition, signal);
    await this.#put(url, rendition, {
      signal,
      onProgress: (fraction) => this.patch({ progress: { step: "uploading", fraction } }),
    });
    const preview = await this.#uploadPreview(rendition, signal);
    this.#arrived = { file, upload, ...(preview === undefined ? {} : { preview }) };
    return this.#arrived;
  }

  /** The post does without it where it cannot be had: lists then show the photo itself. */
  async #uploadPreview(rendition: File, signal: AbortSignal): Promise<string | undefined> {
    const drawn = await previewOf(rendition).catch(() => undefined);
    if (drawn === undefined) return undefined;
    const { url, upload } = await this.#api.requestUpload(drawn, signal);
    try {
      await this.#put(url, drawn, { signal, onProgress: () => {} });
      return upload;
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  #fail(error: Error): void {
    // The page that asks to log in says it.
    if (error instanceof SignedOutError) return;
    // The API does not know the upload any more, or it never arrived: the next attempt sends it again.
    if (error instanceof ApiError && (error.status === 409 || error.status === 400))
      this.#arrived = undefined;
    this.patch({ problems: { [fieldOf(error.message)]: error.message }, mayRetry: true });
  }

  #dropPreview(): void {
    if (this.state.preview !== undefined) URL.revokeObjectURL(this.state.preview);
  }
}

/** The field that a message is about. */
export function fieldOf(message: string): Field {
  if (/caption/i.test(message)) return "caption";
  return /photo|file|image|upload/i.test(message) ? "photo" : "form";
}
