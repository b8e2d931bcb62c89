import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Sync, scenarios, type Tool } from "./tool.ts";

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

/** The peers found in the folders of `path`; the others by name. */
export function findPeers(path: string): {
  readonly tools: readonly Tool[];
  readonly missing: readonly string[];
} {
  const found = peers.map((peer) => ({ peer, file: executable(peer.name, path) }));
  return {
    tools: found.flatMap(({ peer, file }) => (file === undefined ? [] : [toolOf(peer, file, path)])),
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
