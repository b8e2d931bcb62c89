import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "../../root.ts";
import { actionEnvironment, inputsOf } from "../action-environment.ts";
import type { Program } from "./watch-process.ts";

/** One sync, as a tool is told of it. */
export interface Sync {
  readonly folder: string;
  readonly bucket: string;
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Of the tool's own, kept between its syncs. */
  readonly home: string;
}

export const scenarios = ["first upload", "no change", "one file", "same size", "rollback"] as const;
export type Scenario = (typeof scenarios)[number];

export interface Tool {
  readonly name: string;
  readonly version: string;
  /** How it was called, for the report; "" for this action. */
  readonly calledAs: string;
  /** The environment whose releases it puts there; absent where it is told of a folder alone, and reads every file. */
  readonly environment?: string;
  /** It finds out by content whether a file changed, as far as its documentation says. */
  readonly comparesContent: boolean;
  readonly scenarios: readonly Scenario[];
  /** `release` is the handle of an attempt in its environment. */
  program(sync: Sync, release?: string): Program;
}

/** This action on its own, as the runner would start it; its rollback is measured through a release. */
function action(name: string, inputs: Readonly<Record<string, string>>, measured: readonly Scenario[]): Tool {
  return {
    name,
    version: "",
    calledAs: "",
    comparesContent: true,
    scenarios: measured,
    program: (sync) =>
      actionProgram(sync, {
        source: sync.folder,
        bucket: sync.bucket,
        "state-bucket": stateBucket,
        ...inputs,
      }),
  };
}

/** This action as a tier of a release: which file has which hash is in the release.json that `build` wrote. */
function tier(name: string, environment: string, inputs: Readonly<Record<string, string>>): Tool {
  return {
    name,
    version: "",
    calledAs: "",
    comparesContent: true,
    environment,
    scenarios: ["no change"],
    program: (sync, release = "") =>
      actionProgram(sync, { source: sync.folder, bucket: sync.bucket, release, ...inputs }),
  };
}

/** Where the action keeps its record. */
export const stateBucket = "state";

export function actionProgram(sync: Sync, inputs: Readonly<Record<string, string>>): Program {
  const env = actionEnvironment({
    action: "s3-sync",
    inputs: { "aws-region": sync.region, ...inputs },
    endpoint: sync.endpoint,
    credentials: sync.credentials,
    folder: sync.home,
  });
  return { file: process.execPath, args: [join(root, "actions/dist/s3-sync.js")], env, cwd: sync.home };
}

interface Peer {
  readonly name: string;
  readonly versionArgs: readonly string[];
  readonly comparesContent: boolean;
  /** Its best configuration that is right; as one would type it, but for where and by whom. */
  readonly args: readonly string[];
  /** Where, by whom: further arguments (before the others), environment, and files in `home`. */
  where(sync: Sync): { readonly args?: readonly string[]; readonly env?: Record<string, string> };
  target(sync: Sync): readonly string[];
}

const peers: readonly Peer[] = [
  {
    name: "rclone",
    versionArgs: ["version"],
    comparesContent: true,
    args: "sync --checksum --fast-list --transfers 64 --checkers 64 --s3-no-head --s3-no-check-bucket --s3-use-unsigned-payload=true".split(
      " ",
    ),
    where: ({ endpoint, region, credentials }) => ({
      env: {
        RCLONE_CONFIG_BENCH_TYPE: "s3",
        RCLONE_CONFIG_BENCH_PROVIDER: "AWS",
        RCLONE_CONFIG_BENCH_ENDPOINT: endpoint,
        RCLONE_CONFIG_BENCH_REGION: region,
        RCLONE_CONFIG_BENCH_FORCE_PATH_STYLE: "true",
        RCLONE_CONFIG_BENCH_ACCESS_KEY_ID: credentials.accessKeyId,
        RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    }),
    target: ({ folder, bucket }) => [folder, `bench:${bucket}`],
  },
  {
    name: "aws",
    versionArgs: ["--version"],
    comparesContent: false,
    args: "s3 sync --delete --only-show-errors".split(" "),
    where: ({ endpoint, region, credentials, home }) => {
      const config = join(home, "aws-config");
      writeFileSync(
        config,
        `[default]\nregion = ${region}\ns3 =\n  max_concurrent_requests = 64\n  addressing_style = path\n`,
      );
      return {
        args: ["--endpoint-url", endpoint],
        env: {
          AWS_CONFIG_FILE: config,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        },
      };
    },
    target: ({ folder, bucket }) => [folder, `s3://${bucket}`],
  },
  {
    name: "s3cmd",
    versionArgs: ["--version"],
    comparesContent: true,
    args: "sync --delete-removed --no-progress --quiet --no-mime-magic --guess-mime-type".split(" "),
    where: ({ endpoint, region, credentials, home }) => {
      const config = join(home, "s3cmd-config");
      const host = new URL(endpoint).host;
      const settings = {
        access_key: credentials.accessKeyId,
        secret_key: credentials.secretAccessKey,
        host_base: host,
        host_bucket: host,
        bucket_location: region,
        use_https: "False",
      };
      const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
      writeFileSync(config, `[default]\n${lines.join("")}`);
      return { args: ["--config", config] };
    },
    target: ({ folder, bucket }) => [`${folder}/`, `s3://${bucket}/`],
  },
  {
    name: "s5cmd",
    versionArgs: ["version"],
    comparesContent: false,
    args: "sync --delete".split(" "),
    where: ({ endpoint, region, credentials }) => ({
      args: ["--endpoint-url", endpoint, "--log", "error"],
      env: {
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    }),
    target: ({ folder, bucket }) => [`${folder}/`, `s3://${bucket}/`],
  },
];

/** The action and the peers found in the folders of `path`; the others by name. */
export function findTools(path: string): {
  readonly tools: readonly Tool[];
  readonly missing: readonly string[];
} {
  const hasCompare = "compare" in inputsOf("s3-sync");
  const own = [action("s3-sync", {}, scenarios)];
  if (hasCompare) {
    own.push(action("s3-sync, record", { compare: "record" }, ["no change", "one file", "same size"]));
  }
  own.push(tier("s3-sync, release", "bench-release", {}));
  if (hasCompare) own.push(tier("s3-sync, release, record", "bench-release-record", { compare: "record" }));
  const found = peers.map((peer) => ({ peer, file: executable(peer.name, path) }));
  return {
    tools: [
      ...own,
      ...found.flatMap(({ peer, file }) => (file === undefined ? [] : [toolOf(peer, file, path)])),
    ],
    missing: found.flatMap(({ peer, file }) => (file === undefined ? [peer.name] : [])),
  };
}

function toolOf(peer: Peer, file: string, path: string): Tool {
  const { name, comparesContent, args } = peer;
  return {
    name,
    version: versionOf(file, peer.versionArgs),
    calledAs: [name, ...args].join(" "),
    comparesContent,
    scenarios,
    program(sync) {
      mkdirSync(sync.home, { recursive: true });
      const where = peer.where(sync);
      return {
        file,
        args: [...(where.args ?? []), ...args, ...peer.target(sync)],
        env: { PATH: path, HOME: sync.home, LC_ALL: "C.UTF-8", ...where.env },
        cwd: sync.home,
      };
    },
  };
}

function versionOf(file: string, args: readonly string[]): string {
  const { stdout = "" } = spawnSync(file, args, { encoding: "utf8" });
  return /\d+\.\d+[\w.]*/.exec(stdout)?.[0] ?? "of unknown version";
}

function executable(name: string, path: string): string | undefined {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // The next folder, then.
    }
  }
  return undefined;
}
