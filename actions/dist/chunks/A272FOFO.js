const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{b as r}from"./6GC6S4IF.js";import{a as e}from"./VWRC5EHG.js";function i(n){let o=n["version-path"];return o===""?{path:r(n["api-path"]),isOwn:!1}:{path:o,isOwn:!0}}e(i,"versionSource");function a(n){return n===""?void 0:{path:n,isOwn:!0}}e(a,"ownRoute");export{i as a,a as b};
