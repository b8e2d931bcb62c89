const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{b as o}from"./6GC6S4IF.js";import{a as e}from"./VWRC5EHG.js";function i(n){let r=n["version-path"];return r===""?{path:o(n["api-path"]),isOwn:!1}:{path:r,isOwn:!0}}e(i,"versionSource");function a(n){return n===""?void 0:{path:n,isOwn:!0}}e(a,"ownRoute");export{i as a,a as b};
