import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  PutObjectCommand,
  type PutObjectCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";

interface Objects {
  /** Puts "x", unless told otherwise; `more` are further parameters. */
  put(Key: string, Body?: string | Buffer, more?: object): Promise<PutObjectCommandOutput>;
  read(Key: string, more?: object): Promise<GetObjectCommandOutput & { readonly text: string | undefined }>;
}

/** Shorthands for a bucket's objects; the client is asked for when one is used. */
export function objectsIn(Bucket: string, s3: () => S3Client): Objects {
  return {
    put: (Key, Body = "x", more = {}) => s3().send(new PutObjectCommand({ Bucket, Key, Body, ...more })),
    async read(Key, more = {}) {
      const answer = await s3().send(new GetObjectCommand({ Bucket, Key, ...more }));
      return { ...answer, text: await answer.Body?.transformToString() };
    },
  };
}
