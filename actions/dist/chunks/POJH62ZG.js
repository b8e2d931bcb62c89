const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./GZSVT5RO.js";import"./VWRC5EHG.js";export{c as conflictOf,b as describeVersion,a as releaseVersion};
