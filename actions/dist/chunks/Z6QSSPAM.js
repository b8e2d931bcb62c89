const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./KIYARKTV.js";import"./PMGSUJEM.js";import"./HLUYW4SW.js";import"./D4IZF4AM.js";import"./VWRC5EHG.js";export{c as describePlan,a as planMigrations,b as refuseMisnamed};
