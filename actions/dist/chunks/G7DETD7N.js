const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./E43EDD7P.js";import"./6SQ32G67.js";import"./QSH3LANZ.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
