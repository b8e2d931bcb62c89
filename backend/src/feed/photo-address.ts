import type { Request } from "express";

/**
 * The address of a post's photo: one that stays the same, and redirects to where the photo can be read just then. Absolute,
 * since clients of the original put it into an <img> of another origin. `publicUrl` is where clients reach the API;
 * where that is not configured, the address by which this request reached it.
 */
export function photoAddresses(publicUrl: string | undefined): (request: Request) => (id: number) => string {
  return (request) => {
    const host = request.headers.host ?? "";
    // A Host header is the caller's to choose; only what can be one is repeated.
    const own = /^[\w.-]+(:\d+)?$|^\[[\da-fA-F:]+\](:\d+)?$/.test(host)
      ? `${request.protocol}://${host}`
      : "";
    const prefix = `${publicUrl ?? own}/api/v0/feed/`;
    return (id) => `${prefix}${id}/photo`;
  };
}
