const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./Y7RVZ7HV.js";import"./E5TMA7GW.js";import"./PY5S7NZT.js";import"./UDYYA3DK.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
