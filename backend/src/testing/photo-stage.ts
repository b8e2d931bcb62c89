import { startTestAws } from "../../../local/aws/aws-fixture.ts";
import type { AwsServer } from "../../../local/aws/server.ts";
import { startApi, type TestApi } from "./api.ts";
import { type Photos, photosOf } from "./photos.ts";

/** The API with a photo store, and two people who are registered. */
export interface PhotoStage {
  readonly aws: AwsServer;
  readonly api: TestApi;
  readonly photos: Photos;
  /** The tokens of ann@example.com and bob@example.com. */
  readonly ann: string;
  readonly bob: string;
  stop(): Promise<void>;
}

export async function startPhotoStage(): Promise<PhotoStage> {
  const { server: aws, stop } = await startTestAws();
  aws.provisionBucket({ name: "media" });
  const api = await startApi({
    settings: { AWS_ENDPOINT_URL: aws.endpoint },
    credentials: aws.credentials,
  });
  return {
    aws,
    api,
    photos: photosOf(api),
    ann: await api.register("ann@example.com"),
    bob: await api.register("bob@example.com"),
    async stop() {
      await api.stop();
      await stop();
    },
  };
}
