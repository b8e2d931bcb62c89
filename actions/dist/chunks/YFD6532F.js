const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./TWI4ARMQ.js";import"./I2WLMCTN.js";import"./HLUYW4SW.js";import"./EWIORAPK.js";import"./VWRC5EHG.js";export{c as describePlan,a as planMigrations,b as refuseMisnamed};
