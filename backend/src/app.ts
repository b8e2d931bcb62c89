import cors from "cors";
import express, { type Express } from "express";
import helmet from "helmet";
import { accountRoutes } from "./account/routes.ts";
import type { Context } from "./context.ts";
import { feedRoutes } from "./feed/routes.ts";
import { healthRoutes } from "./health/routes.ts";
import { errorHandler, notFound } from "./http/error-handler.ts";
import { requestLog } from "./http/request-log.ts";
import { mount, type Route } from "./http/route.ts";
import { withDescription } from "./openapi/routes.ts";
import { userRoutes } from "./users/routes.ts";

const text = (path: string, id: string, words: string): Route => ({
  method: "get",
  path,
  operation: {
    id,
    summary: `The words \`${words}\`.`,
    answers: { 200: { description: "These words.", body: "text" } },
  },
  handler: (_request, response) => {
    response.type("text").send(words);
  },
});

/** An API has no pages: nothing may be loaded or framed. Photos are for the site, which is another origin. */
const securityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginResourcePolicy: { policy: "cross-origin" },
});

export function routesOf(context: Context): Route[] {
  const routes = [
    text("/", "root", "/api/v0/"),
    ...healthRoutes(context),
    text("/api/v0", "apiRoot", "V0"),
    // Before `/users/:id`, which its path would fit as well.
    ...accountRoutes(context),
    ...userRoutes(context),
    ...feedRoutes({ ...context, publicUrl: context.config.publicUrl }),
  ];
  return withDescription(routes, context.version);
}

/** The whole API as an Express application. It never listens. */
export function createApp(context: Context): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", context.config.trustedProxies);
  app.set("query parser", "simple");
  app.use(requestLog(context.logger));
  app.use(securityHeaders);
  app.use(
    cors({
      origin: [...context.config.siteOrigins],
      methods: ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
      allowedHeaders: [
        "Origin",
        "X-Requested-With",
        "Content-Type",
        "Accept",
        "X-Access-Token",
        "Authorization",
      ],
      exposedHeaders: ["Link", "Retry-After", "X-Request-Id"],
      maxAge: 600,
      // The routes answer OPTIONS themselves, with 200 and the list of methods.
      preflightContinue: true,
    }),
  );
  mount(app, routesOf(context));
  app.use(notFound);
  app.use(errorHandler(context.logger));
  return app;
}
