const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{b as a}from"./EVEZHNXS.js";import"./VWRC5EHG.js";export default a();
