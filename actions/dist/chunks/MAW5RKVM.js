const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{c as a,d as b,e as c}from"./XMFUNLO7.js";import"./VQSDRPTP.js";import"./VDOVGTWC.js";import"./66E4UU6M.js";import"./U7WR4J3F.js";import"./VWRC5EHG.js";export{c as appliedMigrations,a as migrateSchema,b as revertMigrations};
