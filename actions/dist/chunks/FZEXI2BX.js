const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./2HOHW4Y4.js";import"./I2WLMCTN.js";import"./HLUYW4SW.js";import"./JQY75YJX.js";import"./VWRC5EHG.js";export{c as describePlan,a as planMigrations,b as refuseMisnamed};
