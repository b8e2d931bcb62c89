const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./UNPS3IA2.js";import"./E5TMA7GW.js";import"./NPRYPLGZ.js";import"./F3FMWY4L.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
