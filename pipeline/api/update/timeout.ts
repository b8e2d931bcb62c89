import type { Parser } from "../../kit/inputs.ts";

/** Minutes, or undefined for what the environment's own settings call for. */
export const timeoutMinutes: Parser<number | undefined> = (value) => {
  if (value === "auto") return undefined;
  const minutes = Number(value);
  if (/^\d+$/.test(value) && minutes >= 1 && minutes <= 720) return minutes;
  throw new Error("must be auto or a whole number of minutes from 1 to 720");
};

/** What any update may take: one batch with the default command timeout. */
export const leastMinutes = 16;

const command = "aws:elasticbeanstalk:command";

/**
 * How long an update may take by the environment's settings: Elastic Beanstalk gives each batch its command timeout and
 * four minutes more; instances that are launched for it take a few minutes each time. Batches are made of the instances that
 * run, which are those of the least size, or more.
 */
export function autoTimeoutMinutes(settings: ReadonlyMap<string, string>, running: number): number {
  const number = (name: string, otherwise: number): number => Number(settings.get(name)) || otherwise;
  const perBatch = number(`${command} Timeout`, 600) / 60 + 4;
  const instances = Math.max(running, number("aws:autoscaling:asg MinSize", 1));
  const size = number(`${command} BatchSize`, 100);
  const isFixed = settings.get(`${command} BatchSizeType`) === "Fixed";
  const inBatch = Math.max(1, isFixed ? size : Math.floor((instances * size) / 100));
  const batches = Math.ceil(instances / inBatch);
  const evaluation = number("aws:elasticbeanstalk:trafficsplitting EvaluationTime", 5);
  const minutes = {
    AllAtOnce: perBatch,
    Rolling: batches * perBatch,
    RollingWithAdditionalBatch: batches * perBatch + 5,
    Immutable: 2 * perBatch + 10,
    TrafficSplitting: 2 * perBatch + 10 + evaluation,
  }[settings.get(`${command} DeploymentPolicy`) ?? "AllAtOnce"];
  return Math.ceil((minutes ?? perBatch) + 2);
}
