const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{e as a,f as b,g as c}from"./5CO47NXG.js";import"./S2P25OQR.js";import"./2H4I4I4Z.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
