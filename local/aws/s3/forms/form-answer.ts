import type { AwsRequest, AwsResponse } from "../../service.ts";
import { xmlDocument } from "../../xml.ts";
import type { Address } from "../requests/route.ts";

/** The answer to a PUT, as who posted the form gets it: 204, unless it asks for something else that S3 knows. */
export function answerForm(request: AwsRequest, answer: AwsResponse, { bucket, key }: Address): AwsResponse {
  const { form } = request;
  if (form === undefined || answer.status !== 200) return answer;
  const etag = answer.headers?.ETag ?? "";
  const location = `http://${request.headers.host ?? "localhost"}/${bucket}/${encodeURIComponent(key)}`;
  const headers = { ...answer.headers, Location: location };
  const redirect = URL.canParse(form.redirect ?? "") ? new URL(form.redirect ?? "") : undefined;
  if (redirect !== undefined) {
    for (const [name, value] of Object.entries({ bucket, key, etag })) redirect.searchParams.set(name, value);
    return { status: 303, headers: { ...headers, Location: redirect.href } };
  }
  if (form.status === "200") return { status: 200, headers };
  if (form.status !== "201") return { status: 204, headers };
  return {
    status: 201,
    headers: { ...headers, "Content-Type": "application/xml" },
    body: xmlDocument("PostResponse", undefined, {
      Location: location,
      Bucket: bucket,
      Key: key,
      ETag: etag,
    }),
  };
}
