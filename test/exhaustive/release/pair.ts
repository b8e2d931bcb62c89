import { DeleteApplicationVersionCommand } from "@aws-sdk/client-elastic-beanstalk";
import { DeleteObjectsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { names } from "../../../local/provision/names.ts";
import type { WholeManifest } from "../../../pipeline/bundle/whole-manifest-fixture.ts";
import { commitPair } from "./commits.ts";
import { Stage } from "./stage.ts";

/** Two releases on one stage, A and after it B, which go live in turn. */
export class Pair {
  readonly stage: Stage;
  readonly a: WholeManifest;
  readonly b: WholeManifest;

  private constructor(stage: Stage, a: WholeManifest, b: WholeManifest) {
    this.stage = stage;
    this.a = a;
    this.b = b;
  }

  /** Starts the stack and takes A live, then B. */
  static async open(say: (line: string) => void): Promise<Pair> {
    const { stage, prepared } = await Stage.start(say, commitPair);
    try {
      say("taking release A live, then B");
      const a = await stage.takeLive(prepared.a);
      return new Pair(stage, a, await stage.takeLive(prepared.b));
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  /** Makes one of them live, nothing frozen; where that is A, store and account forget what only B brought. */
  async ensure(which: "a" | "b"): Promise<void> {
    const { stage } = this;
    await stage.thaw();
    if ((await stage.live()).releaseId !== this[which].id) {
      const run = await stage.ended(await stage.begin(which === "a" ? "rollback" : "deploy"));
      if (run.conclusion !== "success") {
        throw new Error(`release ${which} could not be taken live beforehand:\n${stage.logOf(run.id)}`);
      }
      await stage.thaw();
    }
    if (which === "a") await this.#forgetB();
  }

  async #forgetB(): Promise<void> {
    const { a, b, stage } = this;
    const kept = new Set(Object.values(a.site.files).map(({ sha256 }) => sha256));
    const blobs = Object.values(b.site.files).filter(({ sha256 }) => !kept.has(sha256));
    await stage.remove([
      ...["release.json", "api.zip", "migrations.tgz"].map((name) => `releases/${b.id}/${name}`),
      ...blobs.map(({ sha256 }) => `blobs/${sha256}`),
    ]);
    const version = { ApplicationName: names.application, VersionLabel: b.api.version };
    await stage.eb.send(new DeleteApplicationVersionCommand(version)).catch((error: Error) => {
      // B never came that far.
      if (!/No Application Version/.test(error.message)) throw error;
    });
    // Assets of releases that are no longer live stay on the site for open pages; here they have to be written again.
    const site = { Bucket: names.site };
    const { Contents = [] } = await stage.s3.send(new ListObjectsV2Command(site));
    const foreign = Contents.flatMap(({ Key }) =>
      Key === undefined || Key in a.site.files || ["config.json", "release.json"].includes(Key)
        ? []
        : [{ Key }],
    );
    if (foreign.length > 0) {
      await stage.s3.send(new DeleteObjectsCommand({ ...site, Delete: { Objects: foreign } }));
    }
  }
}
