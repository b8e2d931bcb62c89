const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as n}from"./VWRC5EHG.js";function r(e){return e.severity==="ERROR"||e.severity==="FATAL"}n(r,"isError");function a(e){return e.kind==="known"?e.instances:[]}n(a,"instancesOf");export{r as a,a as b};
