// Loaded into the Node.js of an instance before its application. On AWS each instance has a port 8080, or what its property PORT says, to
// itself, and an application may know that by heart; here all of them share one machine, and whoever listens on it gets PORT.
"use strict";
const { Server } = require("node:net");

const { PORT: own, UDAGRAM_PORT_BY_HEART: byHeart } = process.env;
const { listen } = Server.prototype;

Server.prototype.listen = function (first, ...rest) {
  if (String(first) === byHeart) return listen.call(this, Number(own), ...rest);
  if (String(first?.port) === byHeart) return listen.call(this, { ...first, port: Number(own) }, ...rest);
  return listen.call(this, first, ...rest);
};
