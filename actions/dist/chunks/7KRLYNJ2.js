const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{e as a,f as b,g as c}from"./UJPVYO3L.js";import"./S2P25OQR.js";import"./U7WR4J3F.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
