import type { Answer, TestApi } from "./api.ts";

export const image = Buffer.from("89504e470d0a1a0a", "hex");

export const feed = "/api/v0/feed";

export interface Photos {
  put(url: string, body: Buffer, headers?: Record<string, string>): Promise<number>;
  /** What a client of the original does: ask for an address by name, upload, post the bare name. */
  post(token: string, name: string, body?: Buffer): Promise<Answer>;
  /** Asks for an address, uploads, and posts nothing. Resolves with the key. */
  upload(token: string, name: string, body?: Buffer): Promise<string>;
  /** What a browser gets for the address of a post's photo. */
  show(post: { readonly url: string }): Promise<Response>;
}

export function photosOf(api: TestApi): Photos {
  const put: Photos["put"] = async (url, body, headers = {}) =>
    (await fetch(url, { method: "PUT", body: new Uint8Array(body), headers })).status;
  const upload: Photos["upload"] = async (token, name, body = image) => {
    const signed = await api.request("GET", `${feed}/signed-url/${encodeURIComponent(name)}`, { token });
    const status = await put(signed.body.url, body, { "content-type": "image/png" });
    if (status !== 200) throw new Error(`the upload was answered with ${status}`);
    return keyIn(signed.body.url);
  };
  return {
    put,
    upload,
    post: async (token, name, body) => {
      await upload(token, name, body);
      return await api.request("POST", feed, { token, body: { caption: "a caption", url: name } });
    },
    show: (post) => fetch(post.url),
  };
}

/** The key that a presigned address of the bucket "media" names. */
export function keyIn(url: string): string {
  return decodeURIComponent(new URL(url).pathname.replace("/media/", ""));
}
