import { expect } from "chai";
import { nginxConfiguration } from "./configuration.ts";
import { decide } from "./decide.ts";

const files = (texts: Readonly<Record<string, string>>) => new Map(Object.entries(texts));
const server = (text: string) => files({ "conf.d/elasticbeanstalk/app.conf": text });
const asked = (url: string, headers: Readonly<Record<string, string>> = {}) => ({
  method: "GET",
  url,
  headers: { host: "api.example", ...headers },
  remoteAddress: "203.0.113.9",
});
/** What happens to a request: the path that the application sees, or status and body. */
const outcome = (configuration: ReturnType<typeof nginxConfiguration>, url: string): string => {
  const way = decide(configuration, asked(url));
  return way.kind === "pass" ? `-> ${way.path}` : `${way.status} ${way.body}`;
};
const refusal = (texts: Readonly<Record<string, string>>): string => {
  try {
    nginxConfiguration(files(texts), 8080);
    return "accepted";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("the nginx of an instance", () => {
  it("passes everything to the application by itself", () => {
    const configuration = nginxConfiguration(new Map(), 8080);
    expect(outcome(configuration, "/a/b?c=1")).equals("-> /a/b?c=1");
    expect(configuration.notSimulated).deep.equals([]);
  });

  it("chooses locations in nginx's order", () => {
    const configuration = nginxConfiguration(
      server(`
        location = /exact { return 200 exact; }
        location /exact { return 200 prefix; }
        location /images/ { return 200 images; }
        location ^~ /images/raw/ { return 200 raw; }
        location ~ \\.(png|gif)$ { return 200 regex; }
        location ~* \\.PNG$ { return 200 second; }
        location ~* \\.JPG$ { return 200 insensitive; }
      `),
      8080,
    );
    const table: readonly (readonly [url: string, expected: string])[] = [
      ["/exact", "200 exact"],
      ["/exact?x=1", "200 exact"],
      ["/exact/", "200 prefix"],
      ["/exactly", "200 prefix"],
      ["/images/a.txt", "200 images"],
      ["/images/a.png", "200 regex"],
      ["/images/raw/a.png", "200 raw"],
      ["/a.jpg", "200 insensitive"],
      ["/a//b/../../exact", "200 exact"],
      ["/%65xact", "200 exact"],
      ["/other", "-> /other"],
    ];
    for (const [url, expected] of table) expect(outcome(configuration, url), url).equals(expected);
    expect(outcome(configuration, "/../etc")).contains("400 Bad Request");
  });

  it("answers with type and headers as nginx does", () => {
    const configuration = nginxConfiguration(
      server(`
        add_header X-Server yes;
        location = /version { default_type application/json; return 200 '{"version":"$http_x_v"}'; }
        location = /version.json { return 200 "{}"; }
        location = /plain { return 200; }
        location = /own { add_header X-Own "1" always; return 404 "none"; }
        location = /gone { return 410; }
        location = /moved { return 301 https://$host$request_uri; }
      `),
      8080,
    );
    const at = (url: string, headers = {}) => {
      const way = decide(configuration, asked(url, headers));
      if (way.kind === "pass") throw new Error("passed on");
      const { status, body } = way;
      return { status, body: body.startsWith("<html>") ? "page" : body, headers: way.headers };
    };
    expect(at("/version", { "x-v": "7" })).deep.equals({
      status: 200,
      body: '{"version":"7"}',
      headers: [
        ["Content-Type", "application/json"],
        ["X-Server", "yes"],
      ],
    });
    expect(at("/version.json").headers[0]).deep.equals(["Content-Type", "application/json"]);
    expect(at("/plain")).deep.equals({
      status: 200,
      body: "",
      headers: [
        ["Content-Type", "application/octet-stream"],
        ["X-Server", "yes"],
      ],
    });
    expect(at("/own").headers).deep.equals([
      ["Content-Type", "application/octet-stream"],
      ["X-Own", "1"],
    ]);
    expect(at("/gone")).deep.equals({ status: 410, body: "page", headers: [["Content-Type", "text/html"]] });
    expect(at("/moved?a=1").headers).deep.includes(["Location", "https://api.example/moved?a=1"]);
  });

  it("passes to the application under the names that lead there, with the path that the location asks for", () => {
    const configuration = nginxConfiguration(
      files({
        "conf.d/upstream.conf": "upstream nodejs { server 127.0.0.1:8080; keepalive 16; }",
        "conf.d/elasticbeanstalk/app.conf": `
          location /api/ { proxy_pass http://nodejs/; proxy_set_header X-Seen "$remote_addr"; }
          location /same { proxy_pass http://localhost:8080; proxy_set_header Host $host; }
          location /nobody { proxy_pass http://127.0.0.1:9999; }
          location /elsewhere { proxy_pass https://example.com; }
        `,
      }),
      8080,
    );
    expect(outcome(configuration, "/api/v1?x=1")).equals("-> /v1?x=1");
    expect(outcome(configuration, "/api")).contains("301 Moved Permanently");
    expect(outcome(configuration, "/same/a")).equals("-> /same/a");
    expect(outcome(configuration, "/nobody")).contains("502 Bad Gateway");
    expect(outcome(configuration, "/elsewhere")).contains("501 Not Implemented");
    const way = decide(configuration, asked("/api/"));
    expect(way.kind === "pass" && way.headers).deep.equals([
      ["Host", "nodejs"],
      ["X-Seen", "203.0.113.9"],
    ]);
  });

  it("limits bodies to 1 MB, or as it is told, the innermost word counting", () => {
    const limited = nginxConfiguration(
      files({
        "conf.d/size.conf": "client_max_body_size 2m;",
        "conf.d/elasticbeanstalk/app.conf":
          "location /up { client_max_body_size 0; proxy_pass http://127.0.0.1:8080; }",
      }),
      8080,
    );
    const status = (configuration: typeof limited, url: string, bytes: number) => {
      const way = decide(configuration, asked(url, { "content-length": String(bytes) }));
      return way.kind === "pass" ? "passed" : way.status;
    };
    expect(status(nginxConfiguration(new Map(), 8080), "/", 1024 ** 2)).equals("passed");
    expect(status(nginxConfiguration(new Map(), 8080), "/", 1024 ** 2 + 1)).equals(413);
    expect(status(limited, "/", 2 * 1024 ** 2)).equals("passed");
    expect(status(limited, "/", 3 * 1024 ** 2)).equals(413);
    expect(status(limited, "/up", 30 * 1024 ** 2)).equals("passed");
  });

  it("names what it does not simulate, and refuses to answer where that decides the answer", () => {
    const configuration = nginxConfiguration(
      files({
        "conf.d/gzip.conf":
          "gzip on;\ngzip_types text/css;\nlog_format mine '$status';\nkeepalive_timeout 65;\n",
        "conf.d/elasticbeanstalk/app.conf":
          "location /static { alias /var/app/current/static; expires 1h; }\nlocation /old { rewrite ^/old(.*) $1 break; proxy_pass http://127.0.0.1:8080; }\n",
      }),
      8080,
    );
    const folder = "/var/proxy/staging/nginx/conf.d/";
    expect(configuration.notSimulated).deep.equals([
      `${folder}gzip.conf:1 gzip on`,
      `${folder}elasticbeanstalk/app.conf:1 alias /var/app/current/static`,
      `${folder}elasticbeanstalk/app.conf:1 expires 1h`,
      `${folder}elasticbeanstalk/app.conf:2 rewrite ^/old(.*) $1 break`,
    ]);
    expect(outcome(configuration, "/static/a.css")).contains("501 Not Implemented");
    expect(outcome(configuration, "/old/a")).contains("501 Not Implemented");
    expect(outcome(configuration, "/")).equals("-> /");
  });

  it("takes a bundle's nginx.conf for the whole, and then includes no more than that says", () => {
    const own = (include: string) =>
      nginxConfiguration(
        files({
          "nginx.conf": `events {} http { server { listen 80; ${include} location /own { return 200 own; } } }`,
          "conf.d/elasticbeanstalk/app.conf": "location /added { return 200 added; }",
        }),
        8080,
      );
    expect(outcome(own(""), "/own")).equals("200 own");
    expect(outcome(own(""), "/added")).contains("404 Not Found");
    const including = own("include conf.d/elasticbeanstalk/*.conf;");
    expect(outcome(including, "/added")).equals("200 added");
    expect(outcome(including, "/other")).equals("-> /other");
    const elsewhere = nginxConfiguration(
      files({ "nginx.conf": "events {} http { server { listen 8000; } }" }),
      8080,
    );
    expect(outcome(elsewhere, "/")).contains("502 Bad Gateway");
  });

  const app = "conf.d/elasticbeanstalk/app.conf";
  const at = `/var/proxy/staging/nginx/${app}`;
  const refusals: readonly (readonly [what: string, texts: Record<string, string>, expected: string])[] = [
    [
      "a location outside of a server",
      { "conf.d/app.conf": "location / { return 200; }" },
      '"location" directive is not allowed here in /var/proxy/staging/nginx/conf.d/app.conf:1',
    ],
    ["a second location /", { [app]: "\nlocation / { return 200; }" }, `duplicate location "/" in ${at}:2`],
    [
      "a name that nginx does not have",
      { [app]: "proxy_timeout 5;" },
      `unknown directive "proxy_timeout" in ${at}:1`,
    ],
    [
      "a directive that stands twice",
      { [app]: "client_header_timeout 1;" },
      `"client_header_timeout" directive is duplicate in ${at}:1`,
    ],
    [
      "a block without an end",
      { [app]: "location /a {\n return 200;\n" },
      `unexpected end of file, expecting "}" in ${at}:3`,
    ],
    ["an end without a block", { [app]: "}" }, `unexpected "}" in ${at}:1`],
    ["a missing semicolon", { [app]: "location /a { return 200 }" }, `unexpected "}" in ${at}:1`],
    [
      "a quote without its end",
      { [app]: 'location /a { return 200 "x; }' },
      `unexpected end of file, expecting ";" or "}" in ${at}:1`,
    ],
    [
      "too many words",
      { [app]: "location /a { return 200 two words; }" },
      `invalid number of arguments in "return" directive in ${at}:1`,
    ],
    ["a code that is none", { [app]: "location /a { return ok; }" }, `invalid return code "ok" in ${at}:1`],
    [
      "an upstream that nobody declares",
      { [app]: "location /a { proxy_pass http://nodejs; }" },
      `host not found in upstream "nodejs" in ${at}:1`,
    ],
    [
      "a variable that nobody sets",
      { [app]: "location /a { return 200 $nobody; }" },
      `unknown "nobody" variable in ${at}:1`,
    ],
    [
      "a file that is not there",
      { [app]: "include snippets/a.conf;" },
      `open() "/var/proxy/staging/nginx/snippets/a.conf" failed (2: No such file or directory) in ${at}:1`,
    ],
  ];
  for (const [what, texts, expected] of refusals) {
    it(`refuses ${what}`, () => expect(refusal(texts)).equals(expected));
  }
});
