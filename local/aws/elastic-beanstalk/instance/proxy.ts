import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type NginxConfiguration, nginxConfiguration } from "../nginx/configuration.ts";
import { decide, type Passing } from "../nginx/decide.ts";
import type { Page } from "../nginx/pages.ts";
import { NginxError } from "../nginx/parse.ts";
import type { Asked } from "../nginx/variables.ts";
import type { EngineLog } from "./engine-log.ts";
import { StepFailed } from "./staging.ts";

const test = "/usr/sbin/nginx -t -c /var/proxy/staging/nginx/nginx.conf";

/** The nginx of one instance, as its version's `.platform/nginx` configures it. */
export class InstanceProxy {
  readonly #log: EngineLog;
  #configuration: NginxConfiguration | "none" | undefined;

  constructor(log: EngineLog) {
    this.#log = log;
  }

  /** False from a deployment's flip until its configuration was found good: nothing answers on port 80. */
  get running(): boolean {
    return this.#configuration !== undefined;
  }

  stop(): void {
    this.#log.instruction("stop proxy");
    this.#configuration = undefined;
  }

  /** Takes the configuration of the application in the folder. Throws StepFailed where nginx refuses it, and stays stopped. */
  start(application: string, { nginx, applicationPort }: { nginx: boolean; applicationPort: number }): void {
    this.#configuration = undefined;
    this.#log.instruction("start proxy with new configuration");
    if (!nginx) {
      this.#configuration = "none";
      return;
    }
    this.#log.info(`Running command: ${test}`);
    try {
      this.#configuration = nginxConfiguration(
        filesOf(join(application, ".platform", "nginx")),
        applicationPort,
      );
    } catch (error) {
      if (!(error instanceof NginxError)) throw error;
      throw new StepFailed(
        "copy proxy conf from staging failed with error validate nginx configuration failed with error " +
          `Command ${test} failed with error exit status 1. Stderr:nginx: [emerg] ${error.message}\n` +
          "nginx: configuration file /var/proxy/staging/nginx/nginx.conf test failed",
      );
    }
    for (const directive of this.#configuration.notSimulated) {
      this.#log.warn(`nginx: not simulated here: ${directive}`);
    }
  }

  /** What it does with a request; undefined when there is no nginx and the application gets everything as it is. */
  decide(asked: Asked): Page | Passing | undefined {
    const configuration = this.#configuration;
    return configuration === undefined || configuration === "none" ? undefined : decide(configuration, asked);
  }
}

function filesOf(directory: string): Map<string, string> {
  if (!existsSync(directory)) return new Map();
  return new Map(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [relative(directory, path), readFileSync(path, "utf8")] as const;
      }),
  );
}
