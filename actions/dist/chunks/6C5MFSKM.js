const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{f as a,g as b,h as c}from"./ZENZMX3B.js";import"./YWCFXTK5.js";import"./E7BLBDUS.js";import"./BCYKITTU.js";import"./6WBW2SLA.js";import"./VWRC5EHG.js";export{b as applicationName,c as connectClient,a as limitSettings};
