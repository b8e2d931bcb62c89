const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{e as a,f as b,g as c}from"./3HCIUCIQ.js";import"./YS4CF6V4.js";import"./X5LBIEQM.js";import"./2PD2RSI2.js";export{a as applicationName,b as connectClient,c as openSequelize};
