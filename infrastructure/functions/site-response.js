// Viewer response beside site-request.js, for a site that was built with `precompress`: what is chosen by Accept-Encoding says so, since
// caches between here and the browser would else give one browser what another can decode.

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  const headers = event.response.headers;
  if (/\.(html?|m?js|css|svg|wasm|map)(\.br|\.gz)?$/i.test(event.request.uri)) {
    const vary = headers.vary ? headers.vary.value : "";
    if (vary === "") headers.vary = { value: "Accept-Encoding" };
    else if (!/accept-encoding|\*/i.test(vary)) headers.vary = { value: `${vary}, Accept-Encoding` };
  }
  return event.response;
}
