/** Where the platform assembles a new configuration and tests it, before it is copied to /etc/nginx. */
export const stagingFolder = "/var/proxy/staging/nginx/";

/**
 * The platform's own files, by path below the folder; a bundle's files of the same path take their place. In the order and
 * with the settings of the platform's nginx.conf.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.proxy.html
 */
export const platformFiles = (applicationPort: number): ReadonlyMap<string, string> =>
  new Map([
    [
      "nginx.conf",
      `user nginx;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    include conf.d/*.conf;
    map $http_upgrade $connection_upgrade { default "upgrade"; }
    server {
        listen 80 default_server;
        client_header_timeout 60;
        client_body_timeout 60;
        keepalive_timeout 60;
        gzip off;
        gzip_comp_level 4;
        include conf.d/elasticbeanstalk/*.conf;
    }
}
`,
    ],
    ["mime.types", mimeTypes],
    [
      applicationFile,
      `location / {
    proxy_pass http://127.0.0.1:${applicationPort};
    proxy_http_version 1.1;
    proxy_set_header Connection $connection_upgrade;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Host $host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
}
`,
    ],
  ]);

/** The platform's location: everything goes to the application. */
const applicationFile = "conf.d/elasticbeanstalk/00_application.conf";

const mimeTypes = `types {
    text/html html htm shtml;
    text/css css;
    text/xml xml;
    text/plain txt;
    application/javascript js;
    application/json json;
    application/pdf pdf;
    image/gif gif;
    image/jpeg jpeg jpg;
    image/png png;
    image/svg+xml svg svgz;
    image/webp webp;
    image/x-icon ico;
}
`;
