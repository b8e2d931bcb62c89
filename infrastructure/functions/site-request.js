// Viewer request of a distribution in front of a site's bucket (CloudFront Functions, runtime 2.0): what S3's website endpoint does and its
// REST endpoint does not. Whoever publishes it says here what the site is:
const site = {
  // What a path without a file's ending is: `folders`, a folder with a page of its own, as S3's websites have it; or `app`, the one page of
  // an app that knows its own routes.
  paths: "folders",
  // Encodings that the site was built with (input `precompress`), best first.
  precompressed: [],
};

const endings = { br: ".br", gzip: ".gz" };

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  const request = event.request;
  const name = request.uri.slice(request.uri.lastIndexOf("/") + 1);
  if (!name.includes(".")) {
    if (site.paths === "app") request.uri = "/index.html";
    else if (name === "") request.uri += "index.html";
    else return redirect(`${request.uri}/`, request.querystring);
  }
  if (/\.(html?|m?js|css|svg|wasm|map)$/i.test(request.uri)) {
    const best = site.precompressed.find((encoding) => takes(request.headers, encoding));
    if (best) request.uri += endings[best];
  }
  return request;
}

/** Whether the browser decodes it: named in Accept-Encoding, and not with a quality of zero. */
function takes(headers, encoding) {
  const accepted = headers["accept-encoding"] ? headers["accept-encoding"].value.toLowerCase() : "";
  return accepted.split(",").some((part) => {
    const words = part.trim().split(/\s*;\s*q=/);
    return words[0] === encoding && (words.length === 1 || Number(words[1]) > 0);
  });
}

/** To the folder, with the same query, so that relative addresses of its page are right. Two slashes would lead to another host. */
function redirect(uri, querystring) {
  const pairs = [];
  Object.keys(querystring).forEach((name) => {
    const given = querystring[name];
    (given.multiValue || [given]).forEach((one) => {
      pairs.push(one.value === "" ? name : `${name}=${one.value}`);
    });
  });
  const query = pairs.length === 0 ? "" : `?${pairs.join("&")}`;
  return {
    statusCode: 302,
    statusDescription: "Found",
    headers: {
      location: { value: uri.replace(/^[/\\]+/, "/") + query },
      "cache-control": { value: "no-cache" },
    },
  };
}
