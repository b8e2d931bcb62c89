// biome-ignore-all lint/suspicious/noTemplateCurlyInString: titles are quoted as the files have them
import { differs, refused, type StandIn, there } from "./stand-in-feature.ts";

/** What the local AWS has. */
export const awsStandIns: readonly StandIn[] = [
  {
    name: "AWS: endpoint, signatures, IAM, STS",
    spec: "local/aws/SPEC.md",
    tests: [
      {
        file: "local/aws/query-protocol.test.ts",
        features: [
          there("the Query protocol", "read lists and structures from dotted names"),
          refused(
            "services and operations that are not here",
            "name an operation or a service that does not exist here",
          ),
        ],
      },
      {
        file: "local/aws/signature/signature.test.ts",
        features: [
          there(
            "signatures of version 4, checked",
            "refuses unknown keys, wrong secrets and tokens nobody gave out",
          ),
          there("clocks that are off", "refuses clocks that are more than 15 minutes off, either way"),
          there(
            "presigned addresses",
            "accepts presigned GET and PUT, until they expire, for exactly what was signed",
          ),
        ],
      },
      {
        file: "local/aws/iam/policy.test.ts",
        features: [
          there("conditions of policies", "hold conditions as IAM does, absent keys included"),
          refused(
            "what of a policy is not evaluated here",
            "are refused with the statement and what is wrong",
          ),
        ],
      },
      {
        file: "local/aws/sts/sts.test.ts",
        features: [
          there(
            "`AssumeRoleWithWebIdentity` by the role's trust policy",
            "refuses what the trust policy does not allow, with one message for every reason",
          ),
          there(
            "the token's signature, time, audience and issuer",
            "refuses tokens that are forged, expired, early, for others or of strangers",
          ),
          there("what a role may do", "lets the role do what its policies allow, and says what they do not"),
          differs(
            "issuers on this machine only",
            "says when the issuer cannot be reached, and trusts only issuers on this machine",
          ),
        ],
      },
      {
        file: "local/aws/faults/faults.test.ts",
        features: [
          differs(
            "faults on demand: errors",
            "answer with a status and code instead of acting, for what they name, so many times",
          ),
          differs("faults on demand: broken connections", "reset the connection before or after the effect"),
        ],
      },
    ],
  },
  {
    name: "AWS: S3",
    spec: "local/aws/SPEC.md",
    tests: [
      {
        file: "local/aws/s3/buckets/buckets.test.ts",
        features: [
          there(
            "bucket policies and public access block",
            "are private, and public only by a policy that the public access block lets through",
          ),
          there("CORS", "answer browsers by their CORS rules"),
        ],
      },
      {
        file: "local/aws/s3/objects/objects.test.ts",
        features: [
          there("conditional reads", "answers 304 and 412 by ETag and date, entity tags first"),
          there("ranges", "serves one range, ignores what is no range, refuses what lies outside"),
          refused(
            "ACLs, GLACIER, replication",
            "refuses keys over 1024 bytes, metadata over 2 KB, ACLs and what it does not implement",
          ),
        ],
      },
      {
        file: "local/aws/s3/objects/preconditions.test.ts",
        features: [
          there("`If-None-Match: *` on writes", "creates only what is new with If-None-Match: *"),
          there(
            "`If-Match` on writes",
            "replaces only the expected object with If-Match; 404 when there is none",
          ),
          there(
            "409 of concurrent conditional writes",
            "answers 409 when a concurrent request spoils a condition that held",
          ),
        ],
      },
      {
        file: "local/aws/s3/objects/copy-object.test.ts",
        features: [there("copies", "takes bytes and metadata along, but not the website redirect")],
      },
      {
        file: "local/aws/s3/objects/delete-objects.test.ts",
        features: [
          there("`DeleteObjects`", "deletes many, reports each, and keeps those whose ETag differs"),
        ],
      },
      {
        file: "local/aws/s3/listing/list-objects.test.ts",
        features: [
          there(
            "listings and their pages",
            "pages through keys and groups alike, each exactly once, whatever the page size",
          ),
        ],
      },
      {
        file: "local/aws/s3/multipart/multipart-uploads.test.ts",
        features: [there("multipart uploads", "refuses wrong, missing, small and disordered parts")],
      },
      {
        file: "local/aws/s3/checksums/checksums.test.ts",
        features: [there("checksums", "verifies, keeps and returns the checksum that the client chose")],
      },
      {
        file: "local/aws/s3/versioning/versioning.test.ts",
        features: [
          there(
            "versions and delete markers",
            "stay below a marker when the object is deleted, and come back when that goes",
          ),
        ],
      },
      {
        file: "local/aws/s3/forms/forms.test.ts",
        features: [
          there(
            "forms of browsers (POST Object)",
            "store their file with what their fields say, and answer as these want",
          ),
        ],
      },
      {
        file: "local/aws/s3/website/website.test.ts",
        features: [
          there("website endpoints", "serves the index document of folders, and objects with their headers"),
          there("error documents", "answers what is missing with the error document and status 404"),
          there("routing rules", "follows routing rules, before and after looking"),
        ],
      },
      {
        file: "local/aws/s3/storage/dialect.test.ts",
        features: [
          differs(
            "the ways of servers that only resemble S3, on demand",
            "ignores the conditions of writes, and those of deletes",
          ),
        ],
      },
      {
        file: "local/aws/s3/storage/durability.test.ts",
        features: [
          there(
            "what was answered is kept, whatever is killed",
            "has, after SIGKILL at any moment, everything that was answered, and nothing half",
          ),
        ],
      },
    ],
  },
  {
    name: "AWS: CloudFront",
    spec: "local/aws/cloudfront/SPEC.md",
    tests: [
      {
        file: "local/aws/cloudfront/cloudfront.test.ts",
        features: [
          there("invalidations take time", "invalidates: in progress first, then completed"),
          there("their limits", "has a limit for paths and one for wildcards, both of what is in progress"),
          there("paths that CloudFront refuses", 'refuses the path "${path.slice(0, 20)}"'),
          there(
            "what was cached stays until it is invalidated",
            "keeps at its edges what the site lets it keep, until that is invalidated",
          ),
        ],
      },
      {
        file: "local/aws/cloudfront/edge.test.ts",
        features: [
          there("behaviors by path", "asks the API with whatever the viewer sends, but for Host"),
          there("cache keys by policy", "with query, cookies and some headers, where the policy has them"),
          there("revalidation", "asks whether what it kept too long is still the same, and fetches it once"),
          there(
            "errors, for how long and with which page",
            "as long as the distribution says, with its own page and status",
          ),
          there(
            "compression",
            "with brotli where the viewer takes it, else with gzip, and says that it varies",
          ),
          there("functions", "that asks for something else, which is then what is kept"),
          refused(
            "functions with what runtime 2.0 does not have",
            "only of what its runtime knows: not ${code}",
          ),
        ],
      },
      {
        file: "local/aws/cloudfront/private-bucket.test.ts",
        features: [
          there(
            "private buckets (origin access control)",
            "is read by the distribution that its policy names, and by nobody else",
          ),
        ],
      },
    ],
  },
  {
    name: "AWS: Elastic Beanstalk",
    spec: "local/aws/elastic-beanstalk/SPEC.md",
    tests: [
      {
        file: "local/aws/elastic-beanstalk/api/environments.test.ts",
        features: [
          there(
            "environments, with instances behind an address",
            "a new environment is Launching, then Ready with two instances behind its address",
          ),
          there("one operation at a time", "is busy while it is updated"),
          there("events", "events are newest first, in pages, filtered by every filter"),
        ],
      },
      {
        file: "local/aws/elastic-beanstalk/api/versions.test.ts",
        features: [
          there(
            "versions and their processing",
            "Process=true goes through PROCESSING to PROCESSED, or FAILED for a bad bundle",
          ),
          refused("operations that are not here", "an operation that is not known says so by name"),
        ],
      },
      {
        file: "local/aws/elastic-beanstalk/api/lifecycle.test.ts",
        features: [
          there(
            "the lifecycle of versions",
            "deletes the oldest when a version is created, which does not count, and never what is in use",
          ),
        ],
      },
      {
        file: "local/aws/elastic-beanstalk/api/tiers.test.ts",
        features: [
          differs(
            "a worker's queue, which nothing reads",
            "a worker has queues and no address, and is deployed to like a web server",
          ),
          refused(
            "versions of Cluster environments",
            "a Cluster environment refuses the classic namespaces, and versions by name",
          ),
        ],
      },
      {
        file: "local/aws/elastic-beanstalk/api/configuration.test.ts",
        features: [
          there(
            "environment properties",
            "environment properties reach the application, and nothing else of the caller's does",
          ),
        ],
      },
      {
        file: "local/aws/elastic-beanstalk/environment/rollout.slow.test.ts",
        features: [
          there(
            "AllAtOnce, and what a failed one leaves",
            "a failed AllAtOnce deployment leaves the new version everywhere, and the label of the old one",
          ),
          there(
            "Rolling, and what a failed one leaves",
            "a failed Rolling deployment leaves a split fleet, which instance health shows",
          ),
          there("RollingWithAdditionalBatch", "RollingWithAdditionalBatch keeps the full capacity"),
          there("Immutable", "Immutable replaces the instances, without a request lost"),
          there(
            "TrafficSplitting",
            "TrafficSplitting gives the new instances their share of the requests before they get all",
          ),
        ],
      },
      {
        file: "local/aws/elastic-beanstalk/environment/failed-instances.test.ts",
        features: [
          there(
            "deployment ids of failed instances",
            "shows a failed redeployment of the label that runs by its id",
          ),
        ],
      },
      {
        file: "local/aws/elastic-beanstalk/environment/health.test.ts",
        features: [
          there("enhanced health", "is Degraded with one bad instance, and Severe with nothing else"),
        ],
      },
      {
        file: "local/aws/elastic-beanstalk/environment/load-balancer.test.ts",
        features: [
          differs(
            "502 with no healthy instance; an ALB would fail open",
            "answers 502 when no instance is healthy",
          ),
        ],
      },
      {
        file: "local/aws/elastic-beanstalk/instance/instance.test.ts",
        features: [
          there(
            "hooks, extensions, Procfile",
            "runs hooks, extensions and the web process in its own folder, in the platform's order",
          ),
          differs(
            "`files:` land inside the instance's folder",
            "puts files: inside its folder, wherever they want to be",
          ),
          differs(
            "`commands`, `packages`: a WARN event, not run",
            "says what it does not run, and ignores what it cannot read",
          ),
        ],
      },
      {
        file: "local/aws/elastic-beanstalk/nginx/configuration.test.ts",
        features: [
          there("nginx's locations and their order", "chooses locations in nginx's order"),
          refused(
            "directives that are not simulated and decide the answer: 501",
            "names what it does not simulate, and refuses to answer where that decides the answer",
          ),
        ],
      },
      {
        file: "local/aws/elastic-beanstalk/nginx/deployed.test.ts",
        features: [
          there(
            "a configuration that nginx refuses",
            "fails the deployment where nginx refuses it, when the new version is in place already",
          ),
        ],
      },
      {
        file: "local/aws/elastic-beanstalk/environment-faults.test.ts",
        features: [
          differs(
            "faults of deployments, on demand",
            "silent-revert ends Ready with the old label and no error",
          ),
        ],
      },
    ],
  },
  {
    name: "AWS: Secrets Manager",
    spec: "local/aws/secrets-manager/SPEC.md",
    tests: [
      {
        file: "local/aws/secrets-manager/secrets-manager.test.ts",
        features: [
          there(
            "`GetSecretValue` by name, ARN and partial ARN",
            "gives a secret's current value by name, ARN and partial ARN",
          ),
          there("rotations", "keeps the value before a rotation as AWSPREVIOUS, and none before that"),
          refused("every other operation", "names an operation that it does not have"),
        ],
      },
    ],
  },
  {
    name: "AWS: PostgreSQL as RDS runs it",
    spec: "local/aws/postgres/SPEC.md",
    tests: [
      {
        file: "local/aws/postgres/postgres.test.ts",
        features: [
          there("TLS, demanded", "refuses a connection without TLS as RDS does"),
          there("certificates by a CA of its own", "is verified with its CA, by address and by name"),
          there("a master user that is no superuser", "gives the application an owner that is no superuser"),
        ],
      },
    ],
  },
];
