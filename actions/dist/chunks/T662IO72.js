const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c,d,e}from"./LAX2CXQA.js";import"./VWRC5EHG.js";export{c as commitIn,e as conflictOf,d as describeVersion,b as madeBy,a as releaseVersion};
